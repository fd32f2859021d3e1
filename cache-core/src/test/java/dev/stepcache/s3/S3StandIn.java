package dev.stepcache.s3;

import com.sun.net.httpserver.HttpServer;
import dev.stepcache.objects.StandInServer;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Stands in for S3 where a test makes it go wrong, with one bucket, {@code caches}; moto is asked
 * for all else. Looks at no signature, and lists nothing.
 */
public final class S3StandIn extends StandInServer {
  private static final String BUCKET = "/caches";

  private final Map<String, TreeMap<Integer, byte[]>> uploads = new TreeMap<>();
  private int begun;
  private boolean careless;

  S3StandIn(String keys) {
    super(keys);
  }

  /**
   * @param server not yet started
   */
  public S3StandIn(HttpServer server) {
    super(server);
  }

  /** From now on conditions are not looked at, as some servers do. */
  synchronized void ignoreConditions() {
    careless = true;
  }

  /** Uploads in parts that are neither completed nor aborted. */
  synchronized int openUploads() {
    return uploads.size();
  }

  @Override
  protected Answer answer(Asked asked) {
    if (!asked.path().startsWith(BUCKET + "/")) {
      return asked.path().equals(BUCKET)
          ? Answer.of(200, Map.of(), "")
          : error(404, "NoSuchBucket");
    }
    String name = decoded(asked.path().substring(BUCKET.length() + 1));
    Optional<Stored> stored = stored(name);
    String upload = asked.query().getOrDefault("uploadId", "");
    return switch (asked.method()) {
      case "POST" -> asked.query().containsKey("uploads") ? begin() : complete(asked, name, upload);
      case "PUT" -> upload.isEmpty() ? put(asked, name, stored) : part(asked, upload);
      case "DELETE" -> delete(name, upload);
      default ->
          stored
              .map(object -> new Answer(200, headers(object), object.bytes()))
              .orElseGet(() -> error(404, "NoSuchKey"));
    };
  }

  private Answer begin() {
    String id = "upload-" + ++begun;
    uploads.put(id, new TreeMap<>());
    return Answer.of(
        200,
        Map.of(),
        "<InitiateMultipartUploadResult><UploadId>"
            + id
            + "</UploadId></InitiateMultipartUploadResult>");
  }

  private Answer part(Asked asked, String upload) {
    TreeMap<Integer, byte[]> parts = uploads.get(upload);
    if (parts == null) {
      return error(404, "NoSuchUpload");
    }
    int number = Integer.parseInt(asked.query().getOrDefault("partNumber", "0"));
    parts.put(number, asked.body());
    return Answer.of(200, Map.of("ETag", "\"part-" + number + "\""), "");
  }

  private Answer complete(Asked asked, String name, String upload) {
    TreeMap<Integer, byte[]> parts = uploads.get(upload);
    if (parts == null) {
      return error(404, "NoSuchUpload");
    }
    if (!holds(asked, stored(name))) {
      return error(412, "PreconditionFailed");
    }
    uploads.remove(upload);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.values().forEach(all::writeBytes);
    String version = tag(store(name, all.toByteArray()));
    return Answer.of(
        200,
        Map.of(),
        "<CompleteMultipartUploadResult><ETag>"
            + version
            + "</ETag></CompleteMultipartUploadResult>");
  }

  private Answer put(Asked asked, String name, Optional<Stored> stored) {
    return holds(asked, stored)
        ? Answer.of(200, headers(store(name, asked.body())), "")
        : error(412, "PreconditionFailed");
  }

  private boolean holds(Asked asked, Optional<Stored> stored) {
    boolean absent = asked.header("If-None-Match").equals("*");
    String same = asked.header("If-Match");
    return careless
        || ((!absent || stored.isEmpty())
            && (same.isEmpty() || stored.map(S3StandIn::tag).equals(Optional.of(same))));
  }

  private Answer delete(String name, String upload) {
    if (upload.isEmpty()) {
      remove(name);
    } else if (uploads.remove(upload) == null) {
      return error(404, "NoSuchUpload");
    }
    return Answer.of(204, Map.of(), "");
  }

  private static String tag(Stored stored) {
    return "\"" + stored.version() + "\"";
  }

  private static Map<String, String> headers(Stored stored) {
    return Map.of("ETag", tag(stored));
  }

  private static Answer error(int status, String code) {
    return Answer.of(
        status,
        Map.of("Content-Type", "application/xml"),
        "<Error><Code>" + code + "</Code><Message>said the stand-in</Message></Error>");
  }
}
