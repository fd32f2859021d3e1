package dev.stepcache.store;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** What can be saved to a repository: blobs first, then the manifest that names them. */
public interface Pusher {
  /** Whether the blob is known to be there; what a store does not tell has to be sent, once. */
  boolean has(Descriptor blob) throws IOException;

  /**
   * Whether the blob is known not to be there, or cannot be had: an image that names it is not
   * whole. What a store does not tell is taken for there, or each upload would send all of it.
   */
  default boolean lacks(Descriptor blob) throws IOException {
    return !has(blob);
  }

  /** Whether {@link #upload} opens the source of such a blob once, where nothing goes wrong. */
  default boolean readsOnce(Descriptor blob) {
    return true;
  }

  /** Stores a blob, if the bytes are what the descriptor says; all of it or nothing. */
  void upload(Descriptor blob, BlobSource source) throws IOException;

  /**
   * Stores a manifest under a tag: the commit point. Every blob that it names must have had an
   * answer of {@link #has} or {@link #upload} before.
   */
  void put(Tag tag, MediaType mediaType, byte[] manifest) throws IOException;

  /**
   * Stores a manifest that no tag names, for an index that will: it is found by its digest. What
   * keeps manifests as blobs stores it as one. Every blob that it names must have had an answer of
   * {@link #has} or {@link #upload} before.
   */
  default void putUntagged(MediaType mediaType, byte[] manifest) throws IOException {
    upload(Descriptor.of(mediaType, manifest), () -> new ByteArrayInputStream(manifest));
  }
}
