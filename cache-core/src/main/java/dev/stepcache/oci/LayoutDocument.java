package dev.stepcache.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A document of an OCI image layout that names blobs (OCI image specification: {@code index.json},
 * image index, image manifest; Docker's read the same). BuildKit's caches are such indexes too,
 * with layers and a config where others have manifests.
 *
 * @param documents of its blobs those that name others in turn
 * @param content all other blobs that it names
 */
public record LayoutDocument(List<Descriptor> documents, List<Descriptor> content) {
  private static final List<String> LISTS = List.of("manifests", "layers", "blobs");
  private static final List<String> SINGLES = List.of("config", "subject");

  public LayoutDocument {
    documents = List.copyOf(documents);
    content = List.copyOf(content);
  }

  /**
   * Reads such a document.
   *
   * @throws MalformedDocumentException also for one that names a kind of document that is not known
   *     here, since nobody can tell what that names in turn
   */
  public static LayoutDocument parse(byte[] document) throws MalformedDocumentException {
    ObjectNode root = Json.object(document, "document");
    if (LISTS.stream().noneMatch(list -> root.get(list) instanceof ArrayNode)) {
      throw new MalformedDocumentException("document: names no manifests and no layers");
    }
    List<Descriptor> named = new ArrayList<>();
    for (String list : LISTS) {
      for (JsonNode node : root.path(list)) {
        named.add(Manifest.descriptor(node));
      }
    }
    for (String single : SINGLES) {
      if (root.has(single)) {
        named.add(Manifest.descriptor(root.get(single)));
      }
    }
    List<Descriptor> documents = new ArrayList<>();
    List<Descriptor> content = new ArrayList<>();
    for (Descriptor blob : named) {
      (isDocument(blob.mediaType()) ? documents : content).add(blob);
    }
    return new LayoutDocument(documents, content);
  }

  private static boolean isDocument(MediaType type) throws MalformedDocumentException {
    if (type.isManifest() || type.isIndex()) {
      return true;
    }
    if (type.value().contains("manifest") || type.value().contains("index")) {
      throw new MalformedDocumentException("document: names one of the unknown type " + type);
    }
    return false;
  }
}
