package dev.stepcache.objects;

import dev.stepcache.http.Body;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.Wire;
import dev.stepcache.oci.Digest;
import dev.stepcache.retry.Attempts;
import dev.stepcache.retry.Exchanges;
import dev.stepcache.retry.ResumedStream;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Requests to the service that a bucket lies in: each attempt is signed anew, and sent again while
 * that makes sense. Redirects are not followed: {@link Refusals} says what one means.
 */
public final class BucketRequests implements Closeable {
  private static final Set<Integer> BUSY = Set.of(408, 429, 500, 502, 503, 504);

  private final Exchanges exchanges;
  private final Signer signer;
  private final Refusals refusals;

  /**
   * @param wire closed with this
   * @param listener is told of each request that is sent again
   */
  public BucketRequests(Wire wire, Signer signer, Refusals refusals, Consumer<Retry> listener) {
    this(wire, Limits.STANDARD, RetryPolicy.STANDARD, signer, refusals, listener);
  }

  /** The same with limits of one's own. */
  public BucketRequests(
      Wire wire,
      Limits limits,
      RetryPolicy policy,
      Signer signer,
      Refusals refusals,
      Consumer<Retry> listener) {
    this.exchanges = new Exchanges(wire, limits, policy, listener, "the object store");
    this.signer = signer;
    this.refusals = refusals;
  }

  /**
   * A request, before it is signed.
   *
   * @param operation for people: "{verb} {reference}"
   * @param uri absolute, and encoded as it is to be sent
   * @param payload of the body, where that is known
   */
  public record Call(
      String operation,
      String method,
      URI uri,
      Map<String, String> headers,
      Body body,
      Optional<Digest> payload) {
    public Call {
      headers = Map.copyOf(headers);
    }

    /** One without a body. */
    public static Call of(String operation, String method, URI uri, Map<String, String> headers) {
      return new Call(operation, method, uri, headers, Body.NONE, Optional.empty());
    }

    /** The same with a body. */
    public Call with(Body other, Optional<Digest> digest) {
      return new Call(operation, method, uri, headers, other, digest);
    }
  }

  /** Asks until there is an answer that another try would not change, and reads it. */
  public <T> T send(Call call, Exchanges.Answer<T> answer) throws IOException {
    return exchanges.send(new Asked(call), answer);
  }

  /** What an answer means that is no success; closes nothing. */
  public StoreException refusal(String operation, Response response) throws IOException {
    return refusals.of(operation, response, signer.account());
  }

  /**
   * The bytes of what a GET asks for; empty where the first answer says that there is no such
   * object. The stream goes on by Range where a connection broke, with the same headers.
   *
   * @param size how many bytes there should be
   */
  public Optional<InputStream> open(Call get, long size) throws IOException {
    try {
      return Optional.of(new ResumedStream(new Answers(get), size, get.operation()));
    } catch (StoreException.Missing e) {
      return Optional.empty();
    }
  }

  /** Ends what is under way, and whatever would come. */
  @Override
  public void close() {
    exchanges.end();
  }

  private final class Asked implements Exchanges.Ask {
    private final Call call;

    Asked(Call call) {
      this.call = call;
    }

    @Override
    public String operation() {
      return call.operation();
    }

    @Override
    public Response send(Duration patience, Attempts attempts) throws IOException {
      Response response = attempts.send(signed(), patience);
      boolean unauthorized = response.status() == 401 || response.status() == 403;
      if (!unauthorized || !signer.refused()) {
        return response;
      }
      response.close();
      return attempts.send(signed(), patience);
    }

    private Request signed() throws IOException {
      return signer.sign(
          new Request(call.method(), call.uri(), call.headers(), call.body()), call.payload());
    }

    @Override
    public boolean isBusy(Response response) {
      return BUSY.contains(response.status()) || refusals.isBusy(response.status());
    }

    @Override
    public StoreException refusal(Response response) {
      try {
        return BucketRequests.this.refusal(call.operation(), response);
      } catch (IOException e) {
        // The status is the answer; the body would only explain it.
        return StoreException.Unreachable.behindAFront(
            call.operation() + ": the object store answered " + response.status());
      }
    }
  }

  private final class Answers implements ResumedStream.Source {
    private final Call get;

    Answers(Call get) {
      this.get = get;
    }

    @Override
    public Attempts attempts() {
      return exchanges.attempts(get.operation());
    }

    @Override
    public Optional<Response> ask(Map<String, String> headers, Attempts attempts)
        throws IOException {
      Call part =
          headers.isEmpty()
              ? get
              : Call.of(get.operation(), get.method(), get.uri(), merged(get.headers(), headers));
      return exchanges.attempt(new Asked(part), response -> response, attempts);
    }

    @Override
    public StoreException refusal(Response answer) throws IOException {
      return BucketRequests.this.refusal(get.operation(), answer);
    }

    @Override
    public Duration spent(long start) {
      return exchanges.spent(start);
    }
  }

  private static Map<String, String> merged(Map<String, String> one, Map<String, String> other) {
    Map<String, String> merged = new TreeMap<>(one);
    merged.putAll(other);
    return merged;
  }
}
