package dev.stepcache.http;

import dev.stepcache.store.BlobSource;

/** What a request carries. */
public sealed interface Body {
  Body NONE = new None();

  record None() implements Body {}

  record Bytes(String contentType, byte[] content) implements Body {}

  /** A blob of a known length, streamed; may be opened again for another try. */
  record Blob(long length, BlobSource source) implements Body {}
}
