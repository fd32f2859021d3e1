package dev.stepcache.cli;

import dev.stepcache.format.CacheImage;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;

/**
 * A cache of which the manifest was read.
 *
 * @param reads of its other blobs
 */
public record StoredCache(Digest digest, Manifest manifest, int format, VerifiedReads reads) {
  /**
   * Reads the manifest of a cache.
   *
   * @throws Session.CacheTrouble when nothing is there, or no cache that this version reads
   */
  public static StoredCache open(Store store, StoreReference reference) throws IOException {
    StoredManifest stored =
        store
            .manifest(reference.selector())
            .orElseThrow(
                () -> new Session.CacheTrouble(Reason.MISS, "nothing is there: " + reference));
    if (stored.mediaType().isIndex()) {
      throw noCache(reference);
    }
    Manifest manifest;
    try {
      manifest = ImageReader.manifest(stored);
    } catch (MalformedDocumentException e) {
      throw new Session.CacheTrouble(Reason.NOT_A_CACHE, reference + ": " + e.getMessage());
    }
    int format = CacheImage.format(manifest);
    if (format == 0) {
      throw noCache(reference);
    }
    if (format > CacheImage.FORMAT) {
      throw new Session.CacheTrouble(
          Reason.NEWER_FORMAT,
          reference + " is of format " + format + ", this stepcache reads " + CacheImage.FORMAT);
    }
    return new StoredCache(stored.digest(), manifest, format, new VerifiedReads(store));
  }

  private static Session.CacheTrouble noCache(StoreReference reference) {
    return new Session.CacheTrouble(
        Reason.NOT_A_CACHE, reference + " is not a cache: no cache-upload made it");
  }
}
