package dev.stepcache.transfer;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.archive.LimitException;
import dev.stepcache.disk.RefusedEntryException;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.VerifyingInputStream;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The blobs of a store as one run reads them: each to its end, whatever its reader makes of it, so
 * that nothing is called broken that only looks so. Remembers what was found. Safe for use by
 * several threads.
 */
public final class VerifiedReads {
  private final Fetcher store;
  private final Set<Digest> good;
  private final Set<Digest> broken;
  private final Set<Digest> unread;

  /** Of a store of which nothing was found yet. */
  public VerifiedReads(Fetcher store) {
    this(store, Findings.NONE);
  }

  /**
   * @param known what others found before
   */
  public VerifiedReads(Fetcher store, Findings known) {
    this(
        store,
        ConcurrentHashMap.newKeySet(),
        ConcurrentHashMap.newKeySet(),
        ConcurrentHashMap.newKeySet());
    broken.addAll(known.broken());
    unread.addAll(known.unread());
  }

  private VerifiedReads(Fetcher store, Set<Digest> good, Set<Digest> broken, Set<Digest> unread) {
    this.store = store;
    this.good = good;
    this.broken = broken;
    this.unread = unread;
  }

  /** The reads of another store, whose findings are these too. */
  public VerifiedReads of(Fetcher other) {
    return new VerifiedReads(other, good, broken, unread);
  }

  /** The store that is read from. */
  public Fetcher store() {
    return store;
  }

  /** What was found until now. */
  public Findings findings() {
    return new Findings(broken, unread);
  }

  /** Makes something of a blob, which need not be read to its end for that. */
  public interface Reading<T> {
    T of(InputStream blob) throws IOException;
  }

  /** What a reader makes of a blob, once all of it was verified. */
  public <T> T read(Descriptor blob, Reading<T> reading) throws IOException {
    try (VerifyingInputStream in = new VerifyingInputStream(store.blob(blob), blob)) {
      T made = made(in, reading);
      in.drain();
      good.add(blob.digest());
      unread.remove(blob.digest());
      return made;
    } catch (BrokenContentException e) {
      broken.add(blob.digest());
      throw e;
    } catch (StoreException e) {
      note(blob.digest(), e);
      throw e;
    }
  }

  /** Bytes that are wrong look like anything: only those that are right can be a bad archive. */
  private static <T> T made(VerifyingInputStream in, Reading<T> reading) throws IOException {
    try {
      return reading.of(in);
    } catch (CorruptArchiveException
        | MalformedDocumentException
        | RefusedEntryException
        | LimitException
        | RuntimeException e) {
      in.drain();
      throw e;
    }
  }

  /** Takes down what a store's failure says of something. */
  public void note(Digest digest, StoreException failure) {
    switch (failure) {
      case StoreException.Missing e -> unread.add(digest);
      case StoreException.Corrupt e -> broken.add(digest);
      case StoreException.Rejected e -> unread.add(digest);
      case StoreException.Unreachable e -> unread.add(digest);
      case StoreException.Untrusted e -> {}
      case StoreException.Throttled e -> {}
      case StoreException.Unauthorized e -> {}
      case StoreException.MissingCredentials e -> {}
      case StoreException.BlobsUnknown e -> {}
    }
  }

  /** Whether a blob can be read, and is what it should be; it is found wrong where not. */
  boolean isGood(Descriptor blob) throws IOException {
    try {
      return read(blob, in -> true);
    } catch (BrokenContentException e) {
      return false;
    } catch (StoreException.Unauthorized | StoreException.Throttled e) {
      throw e;
    } catch (StoreException e) {
      unread.remove(blob.digest());
      broken.add(blob.digest());
      return false;
    }
  }

  /** Where something is broken, more may be: reads what nobody has read yet. */
  public void readRest(Collection<Descriptor> blobs) throws IOException {
    List<Descriptor> rest =
        blobs.stream()
            .distinct()
            .filter(blob -> !good.contains(blob.digest()))
            .filter(blob -> !broken.contains(blob.digest()) && !unread.contains(blob.digest()))
            .toList();
    Workers.askEach(
        rest.size(),
        number -> {
          try {
            boolean _ = read(rest.get(number), in -> true);
          } catch (BrokenContentException | StoreException e) {
            // Found, and noted.
          }
        });
  }

  boolean isKnownGood(Digest digest) {
    return good.contains(digest);
  }

  boolean isBroken(Digest digest) {
    return broken.contains(digest);
  }

  /** Whether it could not be had, here or by whoever looked before. */
  public boolean isUnread(Digest digest) {
    return unread.contains(digest);
  }

  /** Says that something is as it should be by now. */
  void healed(Digest digest) {
    broken.remove(digest);
    good.add(digest);
  }
}
