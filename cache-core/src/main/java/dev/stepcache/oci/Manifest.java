package dev.stepcache.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An image manifest (OCI image specification, image manifest; Docker's schema 2 reads the same):
 * the config, the layers in order, and annotations.
 */
public record Manifest(
    MediaType mediaType,
    Descriptor config,
    List<Descriptor> layers,
    SortedMap<String, String> annotations) {
  /** What other tools and registries bound a manifest to as well. */
  public static final int LARGEST = 4 << 20;

  public Manifest {
    layers = List.copyOf(layers);
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
  }

  /**
   * Reads a manifest that was served as {@code served}. A document that is an index, or both, or
   * that names another type than it was served as, is refused (CVE-2021-41190).
   */
  public static Manifest parse(byte[] document, MediaType served)
      throws MalformedDocumentException {
    ObjectNode root = Json.object(document, "manifest");
    if (!served.isManifest()) {
      throw new MalformedDocumentException("manifest: served as " + served);
    }
    if (root.has("manifests") || root.has("fsLayers")) {
      throw new MalformedDocumentException("manifest: is an index or of schema 1 as well");
    }
    if (root.path("schemaVersion").asInt() != 2) {
      throw new MalformedDocumentException("manifest: schemaVersion is not 2");
    }
    JsonNode type = root.path("mediaType");
    if (!type.isMissingNode() && !MediaType.parse(type.asText()).equals(served)) {
      throw new MalformedDocumentException(
          "manifest: says that it is " + type.asText() + ", was served as " + served);
    }
    if (!(root.get("layers") instanceof ArrayNode array)) {
      throw new MalformedDocumentException("manifest: has no layers");
    }
    List<Descriptor> layers = new ArrayList<>();
    for (JsonNode layer : array) {
      layers.add(descriptor(layer));
    }
    SortedMap<String, String> annotations = new TreeMap<>();
    for (Map.Entry<String, JsonNode> annotation : root.path("annotations").properties()) {
      annotations.put(annotation.getKey(), annotation.getValue().asText());
    }
    return new Manifest(served, descriptor(root.path("config")), layers, annotations);
  }

  /**
   * The type that a manifest or index is of by its own word; of one that says nothing, by what it
   * holds. Empty of what is no JSON object.
   */
  public static Optional<MediaType> type(byte[] document) {
    try {
      ObjectNode root = Json.object(document, "manifest");
      String type = root.path("mediaType").asText("");
      if (!type.isEmpty()) {
        return Optional.of(MediaType.parse(type));
      }
      return Optional.of(root.has("manifests") ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST);
    } catch (MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  static Descriptor descriptor(JsonNode node) throws MalformedDocumentException {
    JsonNode size = node.path("size");
    if (!node.path("mediaType").isTextual()
        || !node.path("digest").isTextual()
        || !size.canConvertToLong()
        || !size.isIntegralNumber()
        || size.asLong() < 0) {
      throw new MalformedDocumentException("manifest: a descriptor lacks its type, digest or size");
    }
    try {
      return new Descriptor(
          MediaType.parse(node.path("mediaType").asText()),
          Digest.parse(node.path("digest").asText()),
          size.asLong());
    } catch (IllegalArgumentException e) {
      throw new MalformedDocumentException("manifest: " + e.getMessage());
    }
  }

  /** The document: the same manifest always gives the same bytes. */
  public byte[] toJson() {
    ObjectNode root = Json.newObject();
    root.put("schemaVersion", 2);
    root.put("mediaType", mediaType.value());
    write(root.putObject("config"), config);
    ArrayNode array = root.putArray("layers");
    layers.forEach(layer -> write(array.addObject(), layer));
    if (!annotations.isEmpty()) {
      ObjectNode object = root.putObject("annotations");
      annotations.forEach(object::put);
    }
    return Json.bytes(root);
  }

  static void write(ObjectNode node, Descriptor descriptor) {
    node.put("mediaType", descriptor.mediaType().value());
    node.put("digest", descriptor.digest().toString());
    node.put("size", descriptor.size());
  }
}
