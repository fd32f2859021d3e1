package dev.stepcache.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;

/**
 * An image for several platforms (OCI image specification, image index; Docker's manifest list
 * reads the same): of each platform the first manifest that the document names for it.
 */
public record ImageIndex(Map<Platform, Descriptor> manifests) {
  public ImageIndex {
    manifests = Map.copyOf(manifests);
  }

  /**
   * Reads an index that was served as {@code served}. A document that is a manifest as well, or
   * that names another type than it was served as, is refused (CVE-2021-41190).
   */
  public static ImageIndex parse(byte[] document, MediaType served)
      throws MalformedDocumentException {
    ObjectNode root = Json.object(document, "index");
    if (!served.isIndex()) {
      throw new MalformedDocumentException("index: served as " + served);
    }
    if (root.has("layers") || root.has("config") || root.has("fsLayers")) {
      throw new MalformedDocumentException("index: is a manifest as well");
    }
    if (root.path("schemaVersion").asInt() != 2) {
      throw new MalformedDocumentException("index: schemaVersion is not 2");
    }
    JsonNode type = root.path("mediaType");
    if (!type.isMissingNode() && !MediaType.parse(type.asText()).equals(served)) {
      throw new MalformedDocumentException(
          "index: says that it is " + type.asText() + ", was served as " + served);
    }
    if (!(root.get("manifests") instanceof ArrayNode array)) {
      throw new MalformedDocumentException("index: has no manifests");
    }
    Map<Platform, Descriptor> manifests = new LinkedHashMap<>();
    for (JsonNode node : array) {
      Descriptor manifest = Manifest.descriptor(node);
      JsonNode platform = node.path("platform");
      if (manifest.mediaType().isManifest() && platform.isObject()) {
        manifests.putIfAbsent(
            new Platform(platform.path("os").asText(), platform.path("architecture").asText()),
            manifest);
      }
    }
    return new ImageIndex(manifests);
  }

  /** The manifest of a platform; empty if there is none for it. */
  public Optional<Descriptor> manifest(Platform platform) {
    return Optional.ofNullable(manifests.get(platform));
  }

  /**
   * The document of an index: the same manifests always give the same bytes.
   *
   * @param type {@link MediaType#OCI_INDEX}, or Docker's manifest list, which has no annotations
   * @param manifests in order
   * @param annotations of an OCI index
   */
  public static byte[] toJson(
      MediaType type,
      SequencedMap<Platform, Descriptor> manifests,
      SortedMap<String, String> annotations) {
    ObjectNode root = Json.newObject();
    root.put("schemaVersion", 2);
    root.put("mediaType", type.value());
    ArrayNode array = root.putArray("manifests");
    manifests.forEach((platform, manifest) -> {
      ObjectNode node = array.addObject();
      Manifest.write(node, manifest);
      node.putObject("platform")
          .put("architecture", platform.architecture())
          .put("os", platform.os());
    });
    if (!annotations.isEmpty() && type.equals(MediaType.OCI_INDEX)) {
      ObjectNode object = root.putObject("annotations");
      annotations.forEach(object::put);
    }
    return Json.bytes(root);
  }
}
