package dev.stepcache.registry;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Origin;
import dev.stepcache.http.RedirectPolicy;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.Wire;
import dev.stepcache.http.WireException;
import dev.stepcache.registry.auth.Authorization;
import dev.stepcache.registry.auth.RepositoryAccess;
import dev.stepcache.retry.Attempts;
import dev.stepcache.retry.Exchanges;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.LoginCheck;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Requests to one registry: logged in, redirected, and sent again while that makes sense. */
final class Requests {
  private static final int MOST_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Exchanges exchanges;
  private final Endpoint endpoint;
  private final Authorization authorization;
  private final Limits limits;

  Requests(
      Wire wire,
      Endpoint endpoint,
      Authorization authorization,
      Limits limits,
      RetryPolicy policy,
      Consumer<Retry> listener) {
    this.exchanges = new Exchanges(wire, limits, policy, listener, "the registry");
    this.endpoint = endpoint;
    this.authorization = authorization;
    this.limits = limits;
  }

  /** Ends what is under way, and whatever would come. */
  void end() {
    exchanges.end();
  }

  Attempts attempts(String operation) {
    return exchanges.attempts(operation);
  }

  /** Where the registry is, once it was asked. */
  Origin origin() {
    return endpoint.knownOrigin();
  }

  /** Sends a call until there is an answer that another try would not change, and reads it. */
  <T> T send(Call call, Exchanges.Answer<T> answer) throws IOException {
    return exchanges.send(new Asked(call), answer);
  }

  /** One attempt; empty after a failure that was waited for. */
  <T> Optional<T> attempt(Call call, Exchanges.Answer<T> answer, Attempts attempts)
      throws IOException {
    return exchanges.attempt(new Asked(call), answer, attempts);
  }

  /** A failure's share of the budget. */
  Duration spent(long start) {
    return exchanges.spent(start);
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
      return authorized(call, patience, attempts);
    }

    @Override
    public boolean isBusy(Response response) {
      return busy(call, response);
    }

    @Override
    public StoreException refusal(Response response) {
      return Requests.this.refusal(call.operation(), response);
    }
  }

  private boolean busy(Call call, Response response) {
    // A signed URL of the storage behind a registry may have expired: the registry gives a new one.
    // One that is signed for GET refuses HEAD each time.
    boolean expired =
        (response.status() == 401 || response.status() == 403)
            && !call.method().equals("HEAD")
            && elsewhere(response);
    return expired || call.busy().contains(response.status());
  }

  private boolean elsewhere(Response response) {
    return !response.origin().equals(origin());
  }

  /** What an answer that is no success means. */
  StoreException refusal(String operation, Response response) {
    return refusalWith(operation, response, Refusal.explanation(response));
  }

  /** The same of an answer whose body was read. */
  StoreException refusalWith(String operation, Response response, byte[] body) {
    return Refusal.of(
        operation, response.status(), body, elsewhere(response), authorization.account());
  }

  /** Asks once, and never again after a failure: the refusal that it explains is known. */
  LoginCheck.Answer checkLogin(String operation) throws IOException {
    if (authorization.isAnonymous()) {
      return LoginCheck.Answer.NONE;
    }
    Call call = Call.pull(operation, "GET", "/v2/", Map.of()).wanting(RepositoryAccess.LOGIN);
    try (Response response = authorized(call, limits.probe(), attempts(operation))) {
      return switch (response.status()) {
        case 200 -> LoginCheck.Answer.ACCEPTED;
        case 401, 403 -> LoginCheck.Answer.REFUSED;
        default -> LoginCheck.Answer.UNKNOWN;
      };
    } catch (StoreException.Unauthorized e) {
      return LoginCheck.Answer.REFUSED;
    } catch (StoreException | WireException e) {
      return LoginCheck.Answer.UNKNOWN;
    }
  }

  private Response authorized(Call call, Duration patience, Attempts attempts) throws IOException {
    Origin origin = endpoint.origin(attempts);
    Optional<String> header = authorization.header(call.access());
    Response response = redirected(call, header, patience, attempts);
    if (response.status() == 403 && !elsewhere(response) && authorization.holdBack(header)) {
      response.close();
      header = Optional.empty();
      response = redirected(call, header, patience, attempts);
    }
    if (response.status() != 401 || elsewhere(response)) {
      return taken(call, header, response);
    }
    Optional<String> fresh;
    boolean last = false;
    try {
      fresh =
          authorization.answer(
              response.headers("WWW-Authenticate"), call.access(), header, origin, attempts);
      last = fresh.isEmpty();
    } finally {
      if (!last) {
        response.close();
      }
    }
    return fresh.isEmpty()
        ? response
        : taken(call, fresh, redirected(call, fresh, patience, attempts));
  }

  private Response taken(Call call, Optional<String> header, Response response) {
    if (response.status() != 401 && response.status() != 403) {
      authorization.taken(call.access(), header);
    }
    return response;
  }

  /** Follows redirects of what only reads; a login never goes to another origin. */
  private Response redirected(
      Call call, Optional<String> authorization, Duration patience, Attempts attempts)
      throws IOException {
    Origin origin = origin();
    URI uri = call.uri().isAbsolute() ? call.uri() : origin.resolve(call.uri().toString());
    boolean follows = call.method().equals("GET") || call.method().equals("HEAD");
    for (int redirects = 0; ; redirects++) {
      Request request = new Request(call.method(), uri, call.headers(), call.body());
      if (authorization.isPresent() && Origin.of(uri).equals(origin)) {
        request = request.with("Authorization", authorization.get());
      }
      Response response = attempts.send(request, patience);
      if (!follows || !REDIRECTS.contains(response.status())) {
        return response;
      }
      try (response) {
        uri = next(response, redirects);
      }
    }
  }

  private static URI next(Response response, int redirects) throws WireException {
    if (redirects >= MOST_REDIRECTS) {
      throw WireException.misled("more than " + MOST_REDIRECTS + " redirects");
    }
    URI uri =
        response
            .header("Location")
            .flatMap(location -> RedirectPolicy.resolve(response.uri(), location))
            .orElseThrow(() -> WireException.misled("a redirect without an http URL"));
    Optional<String> violation = RedirectPolicy.violation(response.origin(), uri);
    if (violation.isPresent()) {
      throw WireException.misled(
          "a redirect to " + RedirectPolicy.shown(uri) + " " + violation.get() + ": not followed");
    }
    return uri;
  }
}
