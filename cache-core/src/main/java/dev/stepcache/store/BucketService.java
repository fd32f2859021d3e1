package dev.stepcache.store;

import java.util.Optional;

/** Whose object store a bucket lies in: by which protocol it is spoken to. */
public enum BucketService {
  /** Amazon S3, and what speaks its protocol. */
  S3("s3"),
  /** Google Cloud Storage. */
  GOOGLE("gs"),
  /** Azure Blob Storage. */
  AZURE("azblob");

  private final String scheme;

  BucketService(String scheme) {
    this.scheme = scheme;
  }

  /** The scheme of its references, without {@code ://}. */
  public String scheme() {
    return scheme;
  }

  /** The one that a reference or a template of one begins with. */
  static Optional<BucketService> of(String text) {
    for (BucketService service : values()) {
      if (text.startsWith(service.scheme + "://")) {
        return Optional.of(service);
      }
    }
    return Optional.empty();
  }
}
