package dev.stepcache.objects;

import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.VerifyingInputStream;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The blobs of a repository, each an object that is whole or not there. */
record BlobObjects(Bucket bucket, LayoutNames names) {
  boolean has(Descriptor blob, String operation) throws IOException {
    return bucket
        .head(names.blob(blob.digest()), operation)
        .filter(state -> state.size() == blob.size())
        .isPresent();
  }

  /** A small blob, verified; empty if it is not there. */
  Optional<byte[]> read(Digest digest, int most, String operation) throws IOException {
    Optional<byte[]> content =
        bucket.read(names.blob(digest), most, operation).map(ObjectContent::bytes);
    if (content.isPresent()) {
      Digest actual = Digest.of(content.get());
      if (!actual.equals(digest)) {
        throw StoreException.Corrupt.of(operation + ": " + digest + " holds " + actual, digest);
      }
    }
    return content;
  }

  InputStream open(Descriptor blob, String operation) throws IOException {
    return bucket
        .open(names.blob(blob.digest()), blob.size(), operation)
        .orElseThrow(() ->
            new StoreException.Missing(
                operation + ": the blob is not there, though a manifest names it"));
  }

  /**
   * Stores a blob. One that is there is read, and replaced if it is another: blobs are sent that
   * were not there, as of two writers at once, and such that were found broken.
   */
  void write(Descriptor blob, BlobSource source, String operation) throws IOException {
    String type =
        blob.mediaType().isVague() ? "application/octet-stream" : blob.mediaType().value();
    Payload payload = new Payload(blob.digest(), blob.size(), type, source);
    String name = names.blob(blob.digest());
    if (bucket.put(name, payload, Condition.ABSENT, operation) instanceof Written.Conflict
        && !isGood(blob, operation)) {
      Written _ = bucket.put(name, payload, Condition.NONE, operation);
    }
  }

  private boolean isGood(Descriptor blob, String operation) throws IOException {
    try (VerifyingInputStream in = new VerifyingInputStream(open(blob, operation), blob)) {
      in.drain();
      return true;
    } catch (BrokenContentException | StoreException.Corrupt | StoreException.Unauthorized e) {
      // The last is an account that may only send.
      return false;
    }
  }
}
