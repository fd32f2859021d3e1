package dev.stepcache.retry;

import dev.stepcache.http.Origin;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.TlsProbe;
import dev.stepcache.http.Wire;
import dev.stepcache.io.Interrupts;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The attempts at one thing: after each failure, a pause and another try, or the end. Each request
 * of an attempt is counted, whether it is for the thing itself, for a token or after a redirect:
 * all of them are charged to the budget if the attempt fails. Used by one thread.
 */
public final class Attempts {
  private final Wire wire;
  private final RetryPolicy policy;
  private final Budget budget;
  private final Consumer<Retry> listener;
  private final String operation;
  private final String who;
  private int failures;

  /** Requests that neither progress nor a failure has accounted for yet. */
  private int sent;

  /**
   * @param operation that is attempted, for people: "{verb} {reference}"
   * @param who is asked, for people: "the registry"
   */
  Attempts(
      Wire wire,
      RetryPolicy policy,
      Budget budget,
      Consumer<Retry> listener,
      String operation,
      String who) {
    this.wire = wire;
    this.policy = policy;
    this.budget = budget;
    this.listener = listener;
    this.operation = operation;
    this.who = who;
  }

  /** How long the next attempt may be silent; throws if there is nothing left to spend. */
  public Duration begin() throws IOException {
    Duration left = budget.left();
    Duration rateLimited = budget.rateLimitedFor();
    if (rateLimited.isPositive()) {
      if (rateLimited.compareTo(left) >= 0) {
        throw new StoreException.Throttled(
            operation
                + ": "
                + who
                + " wants to be left alone for "
                + rateLimited.toSeconds()
                + " s");
      }
      await();
    }
    if (!left.isPositive()) {
      throw spent();
    }
    return left;
  }

  private StoreException spent() {
    return new StoreException.Unreachable(
        operation
            + ": not asked any more, after too many failures in a row; the last one was: "
            + budget.failure(),
        null);
  }

  /** Sends one request of an attempt; throws if failures in a row have left none to send. */
  public Response send(Request request, Duration patience) throws IOException {
    charge();
    return wire.send(request, patience);
  }

  /** The same of a word of TLS: what a server says to it. */
  public TlsProbe probe(Origin server, Duration patience) throws IOException {
    charge();
    return wire.probe(server, patience);
  }

  private void charge() throws StoreException {
    if (!budget.allows(sent + 1)) {
      budget.failed(sent, Duration.ZERO, budget.failure());
      sent = 0;
      throw spent();
    }
    sent++;
  }

  private void await() throws InterruptedIOException {
    try {
      budget.awaitRateLimit();
    } catch (InterruptedException e) {
      throw Interrupts.caught(operation + ": interrupted");
    }
  }

  /** Progress was made: earlier failures no longer count. */
  public void progressed() {
    failures = 0;
    sent = 0;
    budget.answered();
  }

  /**
   * Waits before the next attempt, or throws the failure if there is to be none.
   *
   * @param retryAfter the pause that the registry asked for
   */
  public void failed(StoreException failure, Duration spent, Optional<Duration> retryAfter)
      throws IOException {
    failures++;
    budget.failed(Math.max(1, sent), spent, String.valueOf(failure.getMessage()));
    sent = 0;
    Interrupts.check(operation + ": interrupted");
    retryAfter.ifPresent(budget::rateLimit);
    Duration pause = policy.pause(failures, retryAfter);
    if (retryAfter.isPresent() && pause.compareTo(budget.left()) >= 0) {
      throw failure instanceof StoreException.Throttled
          ? failure
          : new StoreException.Throttled(
              failure.getMessage() + "; it wants to be left alone for " + pause.toSeconds() + " s");
    }
    if (failures >= policy.attempts() || pause.compareTo(budget.left()) >= 0) {
      throw failure;
    }
    listener.accept(new Retry(operation, String.valueOf(failure.getMessage()), pause));
    try {
      budget.pause(pause);
    } catch (InterruptedException e) {
      throw Interrupts.caught(operation + ": interrupted");
    }
  }
}
