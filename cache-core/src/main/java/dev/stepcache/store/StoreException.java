package dev.stepcache.store;

import dev.stepcache.oci.Digest;
import dev.stepcache.text.Printable;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store's failure, as against a local one, which is a plain IOException. The message reads
 * "{verb} {reference}: {what}", holds no secret and no control character.
 */
public abstract sealed class StoreException extends IOException {
  private StoreException(String message, @Nullable Throwable cause) {
    super(Printable.of(message), cause);
  }

  /** Nobody answered, or the connection broke or fell silent, after all retries. */
  public static final class Unreachable extends StoreException {
    private final boolean answered;

    /**
     * @param message what was asked for, and what the network said
     */
    public Unreachable(String message, @Nullable Throwable cause) {
      super(message, cause);
      this.answered = false;
    }

    private Unreachable(String message) {
      super(message, null);
      this.answered = true;
    }

    /** A front that answers, and says that there is nobody behind it. */
    public static Unreachable behindAFront(String message) {
      return new Unreachable(message);
    }

    /** Whether there was an answer to this very request, which may be another one for others. */
    public boolean answered() {
      return answered;
    }
  }

  /** The other side's certificate was not believed, or it speaks no TLS. */
  public static final class Untrusted extends StoreException {
    /**
     * @param message "{verb} {reference}: {what}", with what TLS said
     */
    public Untrusted(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The store asked to come back later, for longer than there is time. */
  public static final class Throttled extends StoreException {
    /**
     * @param message "{verb} {reference}: {what}", with the time that the store asked for
     */
    public Throttled(String message) {
      super(message, null);
    }
  }

  /** The store knows neither the account nor its right. */
  public static final class Unauthorized extends StoreException {
    /**
     * @param message "{verb} {reference}: {what}", with the account that was refused
     */
    public Unauthorized(String message) {
      super(message, null);
    }
  }

  /** Credentials that a param names are not there or cannot be read. */
  public static final class MissingCredentials extends StoreException {
    /**
     * @param message "{verb} {reference}: {what}", with what was named, and why it is of no use
     */
    public MissingCredentials(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The store will not take a manifest, since it lacks blobs that it had said to have. */
  public static final class BlobsUnknown extends StoreException {
    private final transient Set<Digest> blobs;

    /**
     * @param message "{verb} {reference}: {what}"
     * @param blobs those that the store named; empty if it named none
     */
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
    /**
     * @param message "{verb} {reference}: {what}", with what the store said
     */
    public Rejected(String message) {
      super(message, null);
    }
  }

  /** What the store gave, to its end, is not what it promised. */
  public static sealed class Corrupt extends StoreException permits Missing {
    private final transient Optional<Digest> content;

    /**
     * @param message "{verb} {reference}: {what}", with what was promised and what came
     * @param cause what found it, if it was something else
     */
    public Corrupt(String message, @Nullable Throwable cause) {
      super(message, cause);
      this.content = Optional.empty();
    }

    private Corrupt(Digest content, String message) {
      super(message, null);
      this.content = Optional.of(content);
    }

    /**
     * The same of something that no descriptor named.
     *
     * @param content what was promised
     */
    public static Corrupt of(String message, Digest content) {
      return new Corrupt(content, message);
    }

    /** What is wrong, where that is known and no descriptor named it. */
    public Optional<Digest> content() {
      return content;
    }
  }

  /** The store says that it has not what a manifest of its own names. */
  public static final class Missing extends Corrupt {
    /**
     * @param message "{verb} {reference}: {what}", with what is lacking
     */
    public Missing(String message) {
      super(message, null);
    }
  }
}
