package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Upload sessions of OpenShift's registry (20): absolute Locations, each good for one request, with
 * a state that has to come back.
 */
final class OpenShiftUploads {
  private final FakeRegistry registry;
  private final String host;
  private final Map<String, String> states = new ConcurrentHashMap<>();
  private final Set<String> failed = ConcurrentHashMap.newKeySet();
  private final AtomicInteger spoilt = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  OpenShiftUploads(FakeRegistry registry, String host) {
    this.registry = registry;
    this.host = host;
  }

  void spoil(int sessions) {
    spoilt.set(sessions);
  }

  void refuse(int uploads) {
    refused.set(uploads);
  }

  Set<String> open() {
    return Set.copyOf(states.keySet());
  }

  boolean answers(HttpExchange exchange, String path) throws IOException {
    String session = path.substring(path.lastIndexOf('/') + 1);
    return switch (exchange.getRequestMethod()) {
      case "POST" -> opens(exchange, path);
      case "DELETE" ->
          states.remove(session) == null
              ? unknown(exchange)
              : Fault.status(204, "").strike(exchange, OpenShiftAnswers.damage());
      default -> takes(exchange, session);
    };
  }

  private boolean opens(HttpExchange exchange, String path) throws IOException {
    String session = UUID.randomUUID().toString();
    String state = UUID.randomUUID().toString();
    states.put(session, state);
    if (OpenShiftAnswers.oneLess(spoilt)) {
      states.remove(session);
      failed.add(session);
    }
    String location = "https://" + host + path + session + "?_state=" + state;
    return Fault.status(202, "", "Location", location).strike(exchange, OpenShiftAnswers.damage());
  }

  private boolean takes(HttpExchange exchange, String session) throws IOException {
    if (OpenShiftAnswers.oneLess(refused)) {
      // S12: the connection ends in the middle of the body.
      return Fault.unread(429, "Too many requests, please try again later.\n", "Retry-After", "1")
          .strike(exchange, OpenShiftAnswers.damage());
    }
    byte[] content = exchange.getRequestBody().readAllBytes();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    if (!query.startsWith("_state=")) {
      return OpenShiftAnswers.error(exchange, 404, "BLOB_UPLOAD_INVALID", "blob upload invalid");
    }
    if (failed.contains(session)) {
      return OpenShiftAnswers.error(exchange, 416, "RANGE_INVALID", "invalid content range");
    }
    String state = states.get(session);
    if (state == null) {
      return unknown(exchange);
    }
    if (!query.startsWith("_state=" + state + "&")) {
      return OpenShiftAnswers.error(exchange, 404, "BLOB_UPLOAD_INVALID", "blob upload invalid");
    }
    states.remove(session);
    String digest = Digest.of(content).toString();
    if (!query.equals("_state=" + state + "&digest=" + digest)) {
      failed.add(session);
      return OpenShiftAnswers.error(
          exchange, 400, "DIGEST_INVALID", "provided digest did not match uploaded content");
    }
    registry.blobs.put(digest, content);
    return Fault.status(201, "", "Docker-Content-Digest", digest)
        .strike(exchange, OpenShiftAnswers.damage());
  }

  /** One that is finished or was given up. */
  private static boolean unknown(HttpExchange exchange) throws IOException {
    return OpenShiftAnswers.error(
        exchange, 404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
  }
}
