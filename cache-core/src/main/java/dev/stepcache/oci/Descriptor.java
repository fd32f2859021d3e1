package dev.stepcache.oci;

/**
 * What a blob or manifest is, without its content: type, digest and size in bytes (OCI image
 * specification, descriptor).
 */
public record Descriptor(MediaType mediaType, Digest digest, long size) {
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("descriptor of " + digest + ": size " + size + " < 0");
    }
  }

  /** The descriptor of some content. */
  public static Descriptor of(MediaType mediaType, byte[] content) {
    return new Descriptor(mediaType, Digest.of(content), content.length);
  }
}
