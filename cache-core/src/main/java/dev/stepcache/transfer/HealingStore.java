package dev.stepcache.transfer;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Mounter;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A store some of whose blobs were found broken: its word on them counts for nothing, so they are
 * sent again; and read back, since a store may keep what it has, wrong as it is.
 */
public final class HealingStore implements Store {
  private final Store store;
  private final VerifiedReads reads;

  /** What is sent in the place of a blob that stays wrong. */
  private final Set<Digest> replacements = ConcurrentHashMap.newKeySet();

  /** Of whom the fetches know that they are right; all others are read first, if it is there. */
  private volatile Optional<Set<Digest>> known = Optional.empty();

  /**
   * @param reads of that store, with what was found
   */
  public HealingStore(Store store, VerifiedReads reads) {
    this.store = store;
    this.reads = reads;
  }

  /** Whether a blob was found broken; what could not be read then gets another chance here. */
  public boolean isBroken(Descriptor blob) throws IOException {
    if (reads.isBroken(blob.digest())) {
      return true;
    }
    try {
      return reads.isUnread(blob.digest()) && !reads.isGood(blob);
    } catch (StoreException.Unauthorized e) {
      // An account that may only send.
      return true;
    }
  }

  /**
   * From now on nothing is relied on unread but these: where an image is broken, the store may have
   * more broken blobs, which were replaced when they were found.
   */
  public void relyOnlyOn(Set<Digest> blobs) {
    known = Optional.of(Set.copyOf(blobs));
  }

  private boolean isToBeRead(Descriptor blob) {
    return known.isPresent()
        && !known.get().contains(blob.digest())
        && !reads.isKnownGood(blob.digest());
  }

  @Override
  public boolean has(Descriptor blob) throws IOException {
    if (isBroken(blob) || !store.has(blob)) {
      return false;
    }
    try {
      return !isToBeRead(blob) || reads.isGood(blob);
    } catch (StoreException.Unauthorized e) {
      return true;
    }
  }

  @Override
  public boolean lacks(Descriptor blob) throws IOException {
    return isBroken(blob) || store.lacks(blob);
  }

  @Override
  public <T> Optional<T> offers(Class<T> capability) {
    if (capability != Mounter.class) {
      return store.offers(capability);
    }
    // Most registries keep one copy for all their repositories.
    return store
        .offers(Mounter.class)
        .map(mounter ->
            capability.cast(
                (Mounter) (blob, from) -> !isBroken(blob) && mounter.mount(blob, from)));
  }

  @Override
  public boolean readsOnce(Descriptor blob) {
    return store.readsOnce(blob);
  }

  /**
   * Sends a blob; one that was found broken is read back.
   *
   * @throws StillBrokenException where that is not what was sent
   */
  @Override
  public void upload(Descriptor blob, BlobSource source) throws IOException {
    store.upload(blob, source);
    boolean replaces = replacements.contains(blob.digest());
    if (!replaces && !reads.isBroken(blob.digest())) {
      return;
    }
    boolean good;
    try {
      good = reads.isGood(blob);
    } catch (StoreException.Unauthorized e) {
      // Of an account that may only send, a blob that was never there before is all one can have.
      good = replaces;
    }
    if (!good) {
      throw new StillBrokenException(
          blob.digest(), replacement -> replacements.add(replacement.digest()));
    }
    reads.healed(blob.digest());
  }

  @Override
  public Lookup lookUp(TagOrDigest selector) throws IOException {
    return store.lookUp(selector);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return store.blob(blob);
  }

  @Override
  public void putUntagged(MediaType mediaType, byte[] manifest) throws IOException {
    store.putUntagged(mediaType, manifest);
  }

  @Override
  public void put(Tag tag, MediaType mediaType, byte[] manifest) throws IOException {
    store.put(tag, mediaType, manifest);
  }

  @Override
  public String toString() {
    return store.toString();
  }

  @Override
  public void close() {
    store.close();
  }
}
