package dev.stepcache.store;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.TagOrDigest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** What can be read of a repository, by tag and by digest. */
public interface Fetcher {
  /**
   * The manifest behind a tag or digest, of at most {@link Manifest#LARGEST} bytes. Its digest was
   * computed from its bytes, and agrees with the digest that was asked for or that the store
   * claimed.
   */
  Lookup lookUp(TagOrDigest selector) throws IOException;

  /** The same where nobody asks why there is none; empty if so, no repository included. */
  default Optional<StoredManifest> manifest(TagOrDigest selector) throws IOException {
    return lookUp(selector).found();
  }

  /**
   * The blob's bytes, not verified: whoever reads them does that, and only what was read to its end
   * can be found wrong. A blob that the store says not to have is {@link StoreException.Missing},
   * since a manifest promised it. The stream throws StoreException only, and resumes by itself
   * where the store can.
   */
  InputStream blob(Descriptor blob) throws IOException;
}
