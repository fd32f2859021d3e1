package dev.stepcache.store;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Printable;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store's trouble, as against local trouble, which is a plain IOException. The message reads
 * "{verb} {reference}: {what}", holds no secret and no control character.
 */
public abstract sealed class StoreException extends IOException {
  private StoreException(String message, @Nullable Throwable cause) {
    super(Printable.of(message), cause);
  }

  /** Nobody answered, or the connection broke or fell silent, after all retries. */
  public static final class Unreachable extends StoreException {
    public Unreachable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The other side's certificate was not believed, or it speaks no TLS. */
  public static final class Untrusted extends StoreException {
    public Untrusted(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The store asked to come back later, for longer than there is time. */
  public static final class Throttled extends StoreException {
    public Throttled(String message) {
      super(message, null);
    }
  }

  /** The store knows neither the account nor its right. */
  public static final class Unauthorized extends StoreException {
    public Unauthorized(String message) {
      super(message, null);
    }
  }

  /** Credentials that a param names are not there or cannot be read. */
  public static final class MissingCredentials extends StoreException {
    public MissingCredentials(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The store will not take a manifest, since it lacks blobs that it had said to have. */
  public static final class BlobsUnknown extends StoreException {
    private final transient Set<Digest> blobs;

    public BlobsUnknown(String message, Set<Digest> blobs) {
      super(message, null);
      this.blobs = Set.copyOf(blobs);
    }

    /** Those that the store named; empty if it named none. */
    public Set<Digest> blobs() {
      return blobs;
    }
  }

  /** The store answered, and will not do what was asked. */
  public static final class Rejected extends StoreException {
    public Rejected(String message) {
      super(message, null);
    }
  }

  /** What the store gave is not what it promised, or a promised blob is not there. */
  public static final class Corrupt extends StoreException {
    public Corrupt(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
