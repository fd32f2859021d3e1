package dev.stepcache.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.http.PageForPeople;
import dev.stepcache.http.Response;
import dev.stepcache.http.WireException;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.StoreException;
import dev.stepcache.text.Printable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an answer that is no success means: 401 and 403 from the registry itself are Unauthorized,
 * 429 is Throttled, a manifest whose blobs are unknown is BlobsUnknown, 408, 502, 503 and 504 are
 * Unreachable (a front with nobody behind it), all else, 500 included, is Rejected.
 */
final class Refusal {
  /** A status of proxies alone (RFC 9110, 15.5.8). */
  private static final int PROXY_ASKS = 407;

  private static final int NOT_ALLOWED = 405;
  private static final String PULL_THROUGH =
      ": a pull-through cache, or a mirror that is read-only, takes no uploads";

  private static final String PAGE =
      " with a page for people: is a registry there, or does a proxy or a login stand before it?";

  /** What is refused so often by registries that take uploads. */
  private static final String DELETING = "delete ";

  private static final int LARGEST = 8192;
  private static final int LONGEST = 300;
  private static final String BLOB_UNKNOWN = "MANIFEST_BLOB_UNKNOWN";
  private static final String NAME_UNKNOWN = "NAME_UNKNOWN";
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);
  private static final Set<Integer> NOBODY_THERE = Set.of(408, 502, 503, 504);

  private Refusal() {}

  /** What an answer's body begins with. */
  static byte[] body(Response response) throws WireException {
    return response.beginning(LARGEST, LONG_ENOUGH);
  }

  /** The same of an answer whose status says enough. */
  static byte[] explanation(Response response) {
    return response.beginningOrLess(LARGEST, LONG_ENOUGH);
  }

  /**
   * @param body as far as it was read
   */
  static StoreException of(
      String operation, int status, byte[] body, boolean elsewhere, String account) {
    String message =
        operation
            + ": "
            + (status == PROXY_ASKS ? "proxy" : elsewhere ? "storage" : "registry")
            + " answered "
            + status
            + (status < 400 && PageForPeople.begins(body) ? PAGE : explained(body))
            + (status == NOT_ALLOWED && !operation.startsWith(DELETING) ? PULL_THROUGH : "");
    if ((status == 401 || status == 403) && !elsewhere) {
      return new StoreException.Unauthorized(message + ", asked as " + account);
    }
    if (status == 429) {
      return new StoreException.Throttled(message);
    }
    if (NOBODY_THERE.contains(status)) {
      return StoreException.Unreachable.behindAFront(message);
    }
    if (message.contains(BLOB_UNKNOWN)) {
      return new StoreException.BlobsUnknown(message, unknown(body));
    }
    return new StoreException.Rejected(message);
  }

  /** An answer that is well by its status, and is nothing that a registry says. */
  static StoreException page(String operation, Response answer) {
    return new StoreException.Rejected(
        operation + ": " + answer.origin() + " answered " + answer.status() + PAGE);
  }

  /** What a 404 for a manifest means; of one that a tag names, its detail has the digest. */
  static Lookup.Why absence(Response response) throws WireException {
    byte[] body = body(response);
    try {
      for (JsonNode error : Json.object(body, "error").path("errors")) {
        if (error.path("detail").has("Revision")) {
          return Lookup.Why.LOST;
        }
        if (error.path("code").asText("").equals(NAME_UNKNOWN)) {
          return Lookup.Why.REPOSITORY;
        }
      }
      return Lookup.Why.MANIFEST;
    } catch (MalformedDocumentException e) {
      return Lookup.Why.MANIFEST;
    }
  }

  /** Whether an error for a blob says that the storage has no such file (OpenShift's 500). */
  static boolean isLost(byte[] body) {
    try {
      for (JsonNode error : Json.object(body, "error").path("errors")) {
        if (error.path("detail").has("Path")) {
          return true;
        }
      }
      return false;
    } catch (MalformedDocumentException e) {
      return false;
    }
  }

  /** The blobs that a refused manifest's errors name, as far as they name any. */
  private static Set<Digest> unknown(byte[] body) {
    Set<Digest> blobs = new HashSet<>();
    try {
      for (JsonNode error : Json.object(body, "error").path("errors")) {
        if (error.path("code").asText("").equals(BLOB_UNKNOWN)) {
          blobs.add(Digest.parse(error.path("detail").asText("")));
        }
      }
      return blobs;
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      return Set.of();
    }
  }

  private static String explained(byte[] body) {
    String text;
    try {
      text = errors(Json.object(body, "error"));
    } catch (MalformedDocumentException e) {
      text = new String(body, StandardCharsets.UTF_8).strip();
      text = text.startsWith("<") ? "" : text;
    }
    text = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    return text.isEmpty() ? "" : " (" + Printable.of(text) + ")";
  }

  /** The distribution specification's error document: code and message of each error. */
  private static String errors(JsonNode document) {
    List<String> errors = new ArrayList<>();
    for (JsonNode error : document.path("errors")) {
      String code = error.path("code").asText("");
      String message = error.path("message").asText("");
      errors.add(message.isEmpty() ? code : code + ": " + message);
    }
    return String.join("; ", errors);
  }
}
