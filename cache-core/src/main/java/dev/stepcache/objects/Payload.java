package dev.stepcache.objects;

import dev.stepcache.oci.Digest;
import dev.stepcache.store.BlobSource;
import java.io.ByteArrayInputStream;

/**
 * What an object is to hold.
 *
 * @param digest of the bytes: a bucket may promise it to its store ahead, and nothing is stored
 *     under a name if the source gives other bytes
 * @param contentType as HTTP has it
 */
public record Payload(Digest digest, long size, String contentType, BlobSource source) {
  /** Bytes that are in memory. */
  public static Payload of(String contentType, byte[] content) {
    return new Payload(
        Digest.of(content), content.length, contentType, () -> new ByteArrayInputStream(content));
  }
}
