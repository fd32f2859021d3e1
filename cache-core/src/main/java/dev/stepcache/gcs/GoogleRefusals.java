package dev.stepcache.gcs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.http.PageForPeople;
import dev.stepcache.http.Response;
import dev.stepcache.objects.Refusals;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * What Google's answers mean that are no success. Errors are JSON with a reason and a sentence; of
 * a download they are the sentence alone.
 *
 * @param bucket whose answers they are
 */
record GoogleRefusals(String bucket) implements Refusals {
  private static final int LARGEST = 1 << 16;
  private static final int LONGEST = 300;
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);
  private static final Set<Integer> NOBODY_THERE = Set.of(408, 502, 503, 504);

  /**
   * An error.
   *
   * @param text what it says, with its reason; empty where it says nothing to people
   */
  private record Explained(String reason, String text, boolean isPage) {}

  @Override
  public boolean isBusy(int status) {
    return false;
  }

  @Override
  public StoreException of(String operation, Response answer, String account) {
    return ofBody(
        operation, answer.status(), answer.beginningOrLess(LARGEST, LONG_ENOUGH), account);
  }

  /** The same of an answer whose body was read. */
  StoreException ofBody(String operation, int status, byte[] body, String account) {
    Explained explained = explained(body);
    String message =
        operation
            + ": Google Cloud Storage answered "
            + status
            + (explained.text.isEmpty() ? "" : " (" + explained.text + ")");
    if (explained.isPage) {
      return new StoreException.Rejected(
          message
              + " with a page for people: is that its endpoint, or a proxy that wants a login?");
    }
    if (explained.text.contains("requester pays")
        || explained.reason.equals("userProjectMissing")) {
      return new StoreException.Rejected(
          message
              + ": who asks would have to pay, which is not done here; turn requester pays off");
    }
    return switch (status) {
      case 401 ->
          new StoreException.Unauthorized(
              message + ", asked as " + account + ": the token has ended, or is of another cloud");
      case 403 ->
          explained.reason.toLowerCase(Locale.ROOT).contains("ratelimit")
              ? new StoreException.Throttled(message)
              : new StoreException.Unauthorized(
                  message
                      + ", asked as "
                      + account
                      + ": give it the role roles/storage.objectUser on the bucket "
                      + bucket
                      + " (objectViewer is enough to fetch)");
      case 404 -> absence(message, explained);
      case 429 -> new StoreException.Throttled(message);
      default ->
          NOBODY_THERE.contains(status)
              ? StoreException.Unreachable.behindAFront(message)
              : new StoreException.Rejected(
                  message
                      + (status / 100 == 3 ? ": it leads elsewhere, which is not followed" : ""));
    };
  }

  private StoreException absence(String message, Explained explained) {
    // fake-gcs-server's words for both are "Not Found" where the bucket is not there either.
    return explained.text.contains("bucket does not exist")
        ? new StoreException.Rejected(
            message + ": there is no bucket " + bucket + "; create it, or correct the reference")
        : new StoreException.Missing(message);
  }

  private static Explained explained(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    try {
      ObjectNode error = Json.object(body, "error");
      String reason = error.path("error").path("errors").path(0).path("reason").asText("");
      String message = error.path("error").path("message").asText("");
      return new Explained(
          reason, shown(reason.isEmpty() ? message : reason + ": " + message), false);
    } catch (MalformedDocumentException e) {
      return new Explained("", text.startsWith("<") ? "" : shown(text), PageForPeople.begins(body));
    }
  }

  private static String shown(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }
}
