package dev.stepcache.http;

import dev.stepcache.store.BlobSource;

/** What a request carries. */
public sealed interface Body {
  /** That of a request without one. */
  Body NONE = new None();

  /** Nothing, and no type of it. */
  record None() implements Body {}

  /** What is in memory. */
  record Bytes(String contentType, byte[] content) implements Body {}

  /** A blob of a known length, streamed; may be opened again for another try. */
  record Blob(long length, BlobSource source) implements Body {}
}
