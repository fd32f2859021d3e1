package dev.stepcache.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/**
 * What a tag names where each tag is a document of its own (docs/format.md, caches in buckets): the
 * descriptor of a manifest, as an {@code index.json} has it, with the manifest itself in {@code
 * data} if it is not large (OCI image specification, descriptor, embedded content).
 *
 * @param content the manifest, verified; empty where it is to be read by its digest
 */
public record TagDocument(Descriptor manifest, Optional<byte[]> content) {
  /** No document is larger. */
  public static final int LARGEST = 2 << 20;

  /** The annotation of an OCI image layout that holds a tag. */
  public static final String REF_NAME = "org.opencontainers.image.ref.name";

  private static final int LARGEST_DATA = 1 << 20;

  /** The document that names a manifest. */
  public static TagDocument of(MediaType type, byte[] manifest) {
    return new TagDocument(
        Descriptor.of(type, manifest),
        Optional.of(manifest).filter(content -> content.length <= LARGEST_DATA));
  }

  /**
   * Reads such a document.
   *
   * @throws MalformedDocumentException also where its data is not what its descriptor says
   */
  public static TagDocument parse(byte[] document) throws MalformedDocumentException {
    ObjectNode root = Json.object(document, "tag");
    Descriptor manifest = Manifest.descriptor(root);
    JsonNode data = root.path("data");
    if (data.isMissingNode()) {
      return new TagDocument(manifest, Optional.empty());
    }
    byte[] content;
    try {
      content = data.isTextual() ? data.binaryValue() : new byte[0];
    } catch (IOException e) {
      throw new MalformedDocumentException("tag: its data is no base64");
    }
    if (content.length != manifest.size() || !Digest.of(content).equals(manifest.digest())) {
      throw new MalformedDocumentException("tag: its data is not " + manifest.digest());
    }
    return new TagDocument(manifest, Optional.of(content));
  }

  /** The document of a tag: the same manifest always gives the same bytes. */
  public byte[] toJson(Tag tag) {
    ObjectNode root = Json.newObject();
    root.put("mediaType", manifest.mediaType().value());
    root.put("digest", manifest.digest().toString());
    root.put("size", manifest.size());
    root.putObject("annotations").put(REF_NAME, tag.value());
    content.ifPresent(bytes -> root.put("data", bytes));
    return Json.bytes(root);
  }
}
