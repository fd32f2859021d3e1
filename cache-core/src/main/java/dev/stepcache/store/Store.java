package dev.stepcache.store;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * One repository of caches, addressed by tag and by digest. Safe for use by several threads.
 * Trouble with the store is a {@link StoreException}; a plain IOException is local trouble.
 */
public interface Store extends Closeable {
  /**
   * The manifest behind a tag or digest; empty if there is none, no repository included. At most
   * {@link Manifest#LARGEST} bytes. Its digest was computed from its bytes, and agrees with the
   * digest that was asked for or that the store claimed.
   */
  Optional<StoredManifest> manifest(TagOrDigest selector) throws IOException;

  /**
   * The blob's bytes, not verified: whoever reads them does that, and only what was read to its end
   * can be found wrong. A blob that the store says not to have is {@link StoreException.Missing},
   * since a manifest promised it. The stream throws StoreException only, and resumes by itself
   * where the store can.
   */
  InputStream blob(Descriptor blob) throws IOException;

  /** Whether the blob is known to be there; what a store does not tell has to be sent, once. */
  boolean has(Descriptor blob) throws IOException;

  /**
   * Whether the blob is known not to be there, or cannot be had: an image that names it is not
   * whole. What a store does not tell is taken for there, or each upload would send all of it.
   */
  default boolean lacks(Descriptor blob) throws IOException {
    return !has(blob);
  }

  /** Stores a blob, if the bytes are what the descriptor says; all of it or nothing. */
  void upload(Descriptor blob, BlobSource source) throws IOException;

  /**
   * Takes over a blob that another repository of this store has, without its bytes; false where
   * that cannot be done.
   */
  boolean mount(Descriptor blob, StoreReference from) throws IOException;

  /**
   * What is known, before any work, of whether this account may save here. A store that tells
   * nothing ahead is not asked; to others it may be a request or two. Counts what the last {@link
   * #manifest} was answered.
   *
   * @throws StoreException.Unauthorized if the account may send nothing here
   */
  Readiness readiness() throws IOException;

  /**
   * Stores a manifest under a tag: the commit point. Every blob that it names must have had an
   * answer of {@link #has} or {@link #upload} before.
   */
  void put(Tag tag, MediaType mediaType, byte[] manifest) throws IOException;

  /** The repository with its scheme and without tag, for people. */
  @Override
  String toString();

  @Override
  void close();
}
