package dev.stepcache.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The parts of an image config that a cache needs (OCI image specification, image configuration):
 * the platform, when it was created, and the diff ID, the digest of the uncompressed tar, of each
 * layer.
 */
public record ImageConfig(Platform platform, Instant created, List<Digest> diffIds) {
  /** Ours stays under 10 KB; other tools put histories and labels in. */
  public static final int LARGEST = 4 << 20;

  public ImageConfig {
    diffIds = List.copyOf(diffIds);
  }

  /**
   * Reads a config; one without {@code created} was created at the epoch, and one without os or
   * architecture, which the specification wants but not all tools write, is for no stated platform.
   */
  public static ImageConfig parse(byte[] document) throws MalformedDocumentException {
    ObjectNode root = Json.object(document, "image config");
    Platform platform = new Platform(text(root, "os"), text(root, "architecture"));
    List<Digest> diffIds = new ArrayList<>();
    Instant created;
    try {
      for (JsonNode diffId : root.path("rootfs").path("diff_ids")) {
        diffIds.add(Digest.parse(diffId.asText()));
      }
      created = Instant.parse(root.path("created").asText("1970-01-01T00:00:00Z"));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new MalformedDocumentException("image config: " + e.getMessage());
    }
    return new ImageConfig(platform, created, diffIds);
  }

  /** A text field, empty where there is none. */
  private static String text(ObjectNode root, String name) throws MalformedDocumentException {
    JsonNode value = root.path(name);
    if (!value.isTextual() && !value.isMissingNode() && !value.isNull()) {
      throw new MalformedDocumentException("image config: " + name + " is no text");
    }
    return value.asText("");
  }

  /** Whether a config names a program, or what one needs: a user or an environment. */
  public static boolean runsSomething(byte[] document) throws MalformedDocumentException {
    JsonNode config = Json.object(document, "image config").path("config");
    return Stream.of("Cmd", "Entrypoint", "Env", "User")
        .map(config::path)
        .anyMatch(value -> value.isTextual() ? !value.asText().isEmpty() : !value.isEmpty());
  }

  /** The document: the same config always gives the same bytes. */
  public byte[] toJson() {
    return toJson(Map.of());
  }

  /**
   * The same with labels, in the order of their names.
   *
   * @param labels of the image
   */
  public byte[] toJson(Map<String, String> labels) {
    ObjectNode root = Json.newObject();
    root.put("created", created.toString());
    root.put("architecture", platform.architecture());
    root.put("os", platform.os());
    ObjectNode config = root.putObject("config");
    if (!labels.isEmpty()) {
      ObjectNode all = config.putObject("Labels");
      new TreeMap<>(labels).forEach(all::put);
    }
    ObjectNode rootfs = root.putObject("rootfs");
    rootfs.put("type", "layers");
    ArrayNode array = rootfs.putArray("diff_ids");
    diffIds.forEach(diffId -> array.add(diffId.toString()));
    return Json.bytes(root);
  }
}
