package dev.stepcache.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.http.RedirectPolicy;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.retry.Attempts;
import dev.stepcache.retry.Exchanges;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Sends requests for tokens until there is an answer that another try would not change, and reads
 * it. No redirect is followed: what is sent is a secret. A refusal is {@link
 * StoreException.Unauthorized}, and says which error it was (RFC 6749, 5.2), never what was sent.
 */
public final class TokenService {
  private static final int LARGEST = 1 << 18;
  private static final Set<Integer> BUSY = Set.of(408, 429, 500, 502, 503, 504);
  private static final Set<Integer> REFUSED = Set.of(400, 401, 403);
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  /** Where nothing is said; longer than a token is kept for its rest. */
  private static final long USUAL = 600;

  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  private final Exchanges exchanges;
  private final InstantSource clock;

  /**
   * @param exchanges ended by their owner
   */
  public TokenService(Exchanges exchanges, InstantSource clock) {
    this.exchanges = exchanges;
    this.clock = clock;
  }

  /**
   * Asks for a token.
   *
   * @param operation that it is for: "{verb} {reference}"
   * @param account who asks, for people
   */
  public AccessToken token(Request request, String operation, String account) throws IOException {
    return tokenIn(document(request, operation, account), "access_token", request, operation);
  }

  /**
   * The token of an answer, with its end in {@code expires_in}, seconds as a number or as text.
   *
   * @param field that has it
   */
  public AccessToken tokenIn(ObjectNode document, String field, Request request, String operation)
      throws StoreException {
    String token = document.path(field).asText("");
    if (!TOKEN.matcher(token).matches()) {
      throw new StoreException.Rejected(
          operation + ": " + where(request) + " answered without a token");
    }
    long seconds = document.path("expires_in").asLong(USUAL);
    Duration life =
        Duration.ofSeconds(Math.clamp(seconds, SHORTEST.toSeconds(), LONGEST.toSeconds()));
    return new AccessToken(token, clock.instant().plus(life));
  }

  /** Asks, and gives what is answered with 200. */
  public ObjectNode document(Request request, String operation, String account) throws IOException {
    byte[] answer = bytes(request, operation, account);
    try {
      return Json.object(answer, "token");
    } catch (MalformedDocumentException e) {
      // The parser's message quotes what it read: perhaps half a token.
      throw new StoreException.Rejected(operation + ": " + where(request) + " answered no JSON");
    }
  }

  /** The same, whatever it is. */
  public byte[] bytes(Request request, String operation, String account) throws IOException {
    return exchanges.send(
        new Asked(request, operation, account),
        response -> {
          try (response) {
            if (response.status() == 200) {
              return response.bytes(LARGEST);
            }
            throw refused(response, request, operation, account);
          }
        });
  }

  private record Asked(Request request, String operation, String account) implements Exchanges.Ask {
    @Override
    public Response send(Duration patience, Attempts attempts) throws IOException {
      return attempts.send(request, patience);
    }

    @Override
    public boolean isBusy(Response response) {
      return BUSY.contains(response.status());
    }

    @Override
    public StoreException refusal(Response response) {
      return refused(response, request, operation, account);
    }
  }

  private static StoreException refused(
      Response response, Request request, String operation, String account) {
    int status = response.status();
    String answered = operation + ": " + where(request) + " answered " + status;
    if (status == 429) {
      return new StoreException.Throttled(answered);
    }
    if (BUSY.contains(status)) {
      return StoreException.Unreachable.behindAFront(answered);
    }
    byte[] body = response.beginningOrLess(LARGEST, Duration.ofSeconds(2));
    String message = answered + TokenErrors.explained(body) + ", asked as " + account;
    return REFUSED.contains(status)
        ? new StoreException.Unauthorized(message)
        : new StoreException.Rejected(message);
  }

  private static String where(Request request) {
    return "token service " + RedirectPolicy.shown(request.uri());
  }
}
