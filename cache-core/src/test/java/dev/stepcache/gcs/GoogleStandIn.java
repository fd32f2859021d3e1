package dev.stepcache.gcs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.objects.StandInServer;
import dev.stepcache.oci.Json;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stands in for Google Cloud Storage where fake-gcs-server is not installed, with the statuses and
 * errors of its documentation and of that program.
 */
final class GoogleStandIn extends StandInServer {
  private static final String OBJECTS = "/storage/v1/b/contract/o";
  private static final String UPLOADS = "/upload" + OBJECTS;

  /** A session's object and what it was sent. */
  private record Session(Asked begin, ByteArrayOutputStream bytes) {}

  private final Map<String, Session> sessions = new HashMap<>();
  private final String scheme;

  GoogleStandIn() {
    this("");
  }

  /**
   * @param keys of its https, a resource; empty for plain http
   */
  GoogleStandIn(String keys) {
    super(keys);
    this.scheme = keys.isEmpty() ? "http://" : "https://";
  }

  @Override
  protected Answer answer(Asked asked) {
    if (asked.path().equals(UPLOADS)) {
      return upload(asked);
    }
    if (asked.path().equals(OBJECTS)) {
      return list(asked);
    }
    if (!asked.path().startsWith(OBJECTS + "/")) {
      return error(404, "notFound", "The specified bucket does not exist.");
    }
    String name = decoded(asked.path().substring(OBJECTS.length() + 1));
    Optional<Stored> stored = stored(name);
    if (asked.method().equals("DELETE") && stored.isPresent() && !holds(asked, stored)) {
      return error(412, "conditionNotMet", "At least one of the pre-conditions did not hold.");
    }
    if (stored.isEmpty()) {
      return asked.query().containsKey("alt")
          ? Answer.of(404, Map.of(), "No such object: contract/" + name)
          : error(404, "notFound", "No such object: contract/" + name);
    }
    if (asked.method().equals("DELETE")) {
      remove(name);
      return Answer.of(204, Map.of(), "");
    }
    return asked.query().containsKey("alt")
        ? new Answer(200, Map.of("X-Goog-Generation", stored.get().version()), stored.get().bytes())
        : document(state(name, stored.get()));
  }

  private static boolean holds(Asked asked, Optional<Stored> stored) {
    String generation = asked.query().getOrDefault("ifGenerationMatch", "");
    return generation.isEmpty() || generation.equals(stored.map(Stored::version).orElse("0"));
  }

  private Answer upload(Asked asked) {
    Session session = sessions.get(asked.query().getOrDefault("upload_id", ""));
    Asked begin = session == null ? asked : session.begin;
    if (asked.method().equals("DELETE")) {
      sessions.remove(asked.query().getOrDefault("upload_id", ""));
      return Answer.of(499, Map.of(), "");
    }
    String name = begin.query().getOrDefault("name", "");
    if (!holds(begin, stored(name))) {
      return error(412, "conditionNotMet", "At least one of the pre-conditions did not hold.");
    }
    if (session != null) {
      return part(asked, session, name);
    }
    if (asked.query().getOrDefault("uploadType", "").equals("media")) {
      return document(state(name, store(name, asked.body())));
    }
    String id = "session" + sessions.size();
    sessions.put(id, new Session(asked, new ByteArrayOutputStream()));
    return Answer.of(
        200, Map.of("Location", scheme + asked.header("Host") + UPLOADS + "?upload_id=" + id), "");
  }

  private Answer part(Asked asked, Session session, String name) {
    session.bytes.writeBytes(asked.body());
    String total = asked.header("Content-Range").replaceFirst(".*/", "");
    if (session.bytes.size() < Long.parseLong(total)) {
      return Answer.of(308, Map.of("Range", "bytes=0-" + (session.bytes.size() - 1)), "");
    }
    return document(state(name, store(name, session.bytes.toByteArray())));
  }

  private Answer list(Asked asked) {
    List<Map.Entry<String, Stored>> page =
        page(asked.query().getOrDefault("prefix", ""), asked.query().getOrDefault("pageToken", ""));
    ObjectNode document = Json.newObject();
    ArrayNode items = document.putArray("items");
    page.stream()
        .limit(PAGE)
        .forEach(object -> items.add(state(object.getKey(), object.getValue())));
    if (page.size() > PAGE) {
      document.put("nextPageToken", page.getLast().getKey());
    }
    return document(document);
  }

  private static ObjectNode state(String name, Stored stored) {
    ObjectNode state = Json.newObject();
    state.put("name", name);
    state.put("size", Integer.toString(stored.bytes().length));
    state.put("generation", stored.version());
    state.put("updated", stored.modified().toString());
    return state;
  }

  private static Answer document(ObjectNode document) {
    return new Answer(200, Map.of("Content-Type", "application/json"), Json.bytes(document));
  }

  /** As Google says it. */
  static Answer error(int status, String reason, String message) {
    return Answer.of(status, Map.of("Content-Type", "application/json"), body(reason, message));
  }

  static String body(String reason, String message) {
    return "{\"error\":{\"code\":0,\"message\":\""
        + message
        + "\",\"errors\":[{\"domain\":\"global\",\"reason\":\""
        + reason
        + "\"}]}}";
  }
}
