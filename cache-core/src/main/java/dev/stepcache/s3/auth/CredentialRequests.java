package dev.stepcache.s3.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.Wire;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.retry.Attempts;
import dev.stepcache.retry.Exchanges;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Requests to those who give out credentials, by the same connections as all others. What they
 * answer is never shown.
 */
public final class CredentialRequests implements Closeable {
  private static final int LARGEST = 1 << 18;
  private static final Set<Integer> BUSY = Set.of(408, 429, 500, 502, 503, 504);

  /** A machine's own service answers at once, or is not there. */
  public static final Limits NEAR =
      new Limits(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  private static final RetryPolicy FAR_POLICY =
      new RetryPolicy(4, Duration.ofMillis(300), Duration.ofSeconds(4), 8, Duration.ofSeconds(45));
  private static final RetryPolicy NEAR_POLICY =
      new RetryPolicy(2, Duration.ofMillis(100), Duration.ofMillis(300), 4, Duration.ofSeconds(6));

  private final Exchanges exchanges;
  private final String who;

  CredentialRequests(Exchanges exchanges, String who) {
    this.exchanges = exchanges;
    this.who = who;
  }

  /** To a service somewhere. */
  public static CredentialRequests far(Wire wire, Consumer<Retry> retries, String who) {
    return new CredentialRequests(
        new Exchanges(wire, Limits.STANDARD, FAR_POLICY, retries, who), who);
  }

  /** To a service of this machine; its wire has the limits {@link #NEAR}. */
  public static CredentialRequests near(Wire wire, Consumer<Retry> retries, String who) {
    return new CredentialRequests(new Exchanges(wire, NEAR, NEAR_POLICY, retries, who), who);
  }

  /** An answer, whatever its status. */
  record Answer(int status, byte[] body) {}

  /** Makes the request of an attempt: a signature holds a time. */
  interface SignedRequest {
    Request request() throws IOException;
  }

  Answer send(SignedRequest signed, String operation) throws IOException {
    return exchanges.send(
        new Exchanges.Ask() {
          @Override
          public String operation() {
            return operation;
          }

          @Override
          public Response send(Duration patience, Attempts attempts) throws IOException {
            return attempts.send(signed.request(), patience);
          }

          @Override
          public boolean isBusy(Response response) {
            return BUSY.contains(response.status());
          }

          @Override
          public StoreException refusal(Response response) {
            return StoreException.Unreachable.behindAFront(
                operation + ": " + who + " answered " + response.status());
          }
        },
        response -> {
          try (response) {
            return new Answer(response.status(), response.bytes(LARGEST));
          }
        });
  }

  /** Credentials as services of a machine give them, by the names that all of these use. */
  static AwsCredentials credentials(byte[] document, String operation, String origin)
      throws StoreException {
    try {
      ObjectNode json = Json.object(document, "credentials");
      String token = json.path("Token").asText("");
      String end = json.path("Expiration").asText("");
      AwsCredentials credentials =
          new AwsCredentials(
              json.path("AccessKeyId").asText(""),
              json.path("SecretAccessKey").asText(""),
              token.isEmpty() ? Optional.empty() : Optional.of(token),
              end.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(end)),
              origin);
      if (!credentials.areUsable()) {
        throw notCredentials(operation);
      }
      return credentials;
    } catch (MalformedDocumentException | DateTimeException e) {
      // Their messages quote what was read, which may be a secret.
      throw notCredentials(operation);
    }
  }

  private static StoreException notCredentials(String operation) {
    return new StoreException.Unauthorized(operation + ": what was answered are no credentials");
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    exchanges.end();
  }
}
