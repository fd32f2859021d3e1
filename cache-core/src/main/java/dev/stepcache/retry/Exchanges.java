package dev.stepcache.retry;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Response;
import dev.stepcache.http.Wire;
import dev.stepcache.http.WireException;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Requests to one store, each sent again while that makes sense, within a budget that all of them
 * share. Safe for use by several threads.
 */
public final class Exchanges {
  private final Wire wire;
  private final Limits limits;
  private final RetryPolicy policy;
  private final Budget budget;
  private final Consumer<Retry> listener;
  private final String who;

  /**
   * @param wire closed by {@link #end}
   * @param listener is told of each request that is sent again
   * @param who answers, for people: "the registry"
   */
  public Exchanges(
      Wire wire, Limits limits, RetryPolicy policy, Consumer<Retry> listener, String who) {
    this.wire = wire;
    this.limits = limits;
    this.policy = policy;
    this.budget = new Budget(policy);
    this.listener = listener;
    this.who = who;
  }

  /** What is asked for, and what answers mean. */
  public interface Ask {
    /** The request for people: "{verb} {reference}". */
    String operation();

    /** Sends it by these attempts, with all requests that it needs before. */
    Response send(Duration patience, Attempts attempts) throws IOException;

    /** Whether another try may bring another answer. */
    boolean isBusy(Response response);

    /** What an answer that is no success means; reads its body, as far as that explains it. */
    StoreException refusal(Response response);
  }

  /** Makes something of an answer, and closes it; a WireException of its body is one more try. */
  @FunctionalInterface
  public interface Answer<T> {
    T read(Response response) throws IOException;
  }

  /** Ends what is under way, and whatever would come. */
  public void end() {
    budget.end();
    wire.close();
  }

  /** The attempts at one thing. */
  public Attempts attempts(String operation) {
    return new Attempts(wire, policy, budget, listener, operation, who);
  }

  /** Asks until there is an answer that another try would not change, and reads it. */
  public <T> T send(Ask ask, Answer<T> answer) throws IOException {
    Attempts attempts = attempts(ask.operation());
    while (true) {
      Optional<T> result = attempt(ask, answer, attempts);
      if (result.isPresent()) {
        attempts.progressed();
        return result.get();
      }
    }
  }

  /** One attempt; empty after a failure that was waited for. */
  public <T> Optional<T> attempt(Ask ask, Answer<T> answer, Attempts attempts) throws IOException {
    Duration patience = attempts.begin();
    long start = System.nanoTime();
    StoreException failure;
    Optional<Duration> retryAfter;
    try {
      Response response = ask.send(patience, attempts);
      if (!ask.isBusy(response)) {
        return Optional.of(answer.read(response));
      }
      try (response) {
        failure = ask.refusal(response);
        retryAfter = response.retryAfter();
      }
    } catch (WireException e) {
      failure = failure(ask.operation(), e);
      retryAfter = e.retryAfter();
    }
    attempts.failed(failure, spent(start), retryAfter);
    return Optional.empty();
  }

  /** A failure's share of the budget: a long upload that broke was not silent all the time. */
  public Duration spent(long start) {
    Duration spent = Duration.ofNanos(System.nanoTime() - start);
    Duration most = limits.connect().plus(limits.silence());
    return spent.compareTo(most) > 0 ? most : spent;
  }

  private StoreException failure(String operation, WireException e) throws StoreException {
    String message = operation + ": " + e.getMessage();
    return switch (e.kind()) {
      case BROKEN -> new StoreException.Unreachable(message, e.getCause());
      case UNTRUSTED -> throw new StoreException.Untrusted(message, e.getCause());
      case PLAINTEXT ->
          throw new StoreException.Untrusted(
              operation + ": " + who + " speaks no TLS", e.getCause());
      case FORBIDDEN_TARGET -> throw new StoreException.Rejected(message);
    };
  }
}
