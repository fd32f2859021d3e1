package dev.stepcache.registry;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.LoginCheck;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Mounter;
import dev.stepcache.store.Preflight;
import dev.stepcache.store.Readiness;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.TagLister;
import dev.stepcache.store.TagTimes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * OpenShift's own registry, where it is odd: it says before an upload whether an account may send,
 * creates a repository with its first manifest, takes a manifest that it remembers for stored,
 * though its storage lost it, and deletes tags by the cluster's API alone.
 */
public final class OpenShiftStore implements Store, Mounter, Preflight, LoginCheck {
  private final RegistryStore store;
  private final String grant;
  private final ClusterAccount account;
  private Optional<ImageStreamTags> tags = Optional.empty();

  /**
   * @param store the same repository by the protocol alone; closed with this
   * @param grant the command that gives the account the right to save there
   * @param account who deletes tags
   */
  public OpenShiftStore(RegistryStore store, String grant, ClusterAccount account) {
    this.store = store;
    this.grant = grant;
    this.account = account;
  }

  /** Its tags are listed as any registry's; they are deleted, and have times, as nobody else's. */
  @Override
  public <T> Optional<T> offers(Class<T> capability) {
    if (capability == Deleter.class || capability == TagTimes.class) {
      return Optional.of(capability.cast(cluster()));
    }
    Optional<T> own = Store.super.offers(capability);
    return own.isPresent() || capability != TagLister.class ? own : store.offers(capability);
  }

  private synchronized ImageStreamTags cluster() {
    if (tags.isEmpty()) {
      tags = Optional.of(new ImageStreamTags(account, this, store.repository(), toString()));
    }
    return tags.get();
  }

  /** The right to send is asked for by a session that is given up; that to create shows later. */
  @Override
  public Readiness readiness(Lookup seen) throws IOException {
    store.askToPush();
    return seen.isAbsentFor(Lookup.Why.REPOSITORY)
        ? new Readiness.ToBeCreated(grant)
        : new Readiness.Ready();
  }

  /** Reads back what was taken; what is lost all the same is there once its bytes are a blob. */
  @Override
  public void putUntagged(MediaType mediaType, byte[] manifest) throws IOException {
    store.putUntagged(mediaType, manifest);
  }

  @Override
  public void put(Tag tag, MediaType mediaType, byte[] manifest) throws IOException {
    store.put(tag, mediaType, manifest);
    if (!isLost(tag)) {
      return;
    }
    store.upload(Descriptor.of(mediaType, manifest), () -> new ByteArrayInputStream(manifest));
    if (isLost(tag)) {
      throw new StoreException.Rejected(
          "save " + store + ":" + tag + ": the registry took the manifest and has it not");
    }
  }

  private boolean isLost(Tag tag) throws IOException {
    try {
      return store.lookUp(tag).isAbsentFor(Lookup.Why.LOST);
    } catch (StoreException e) {
      // It was taken, and an account that may only send cannot ask.
      return false;
    }
  }

  /** A digest in a stream that is not there is 500, as nearly all is that goes wrong. */
  @Override
  public Lookup lookUp(TagOrDigest selector) throws IOException {
    if (selector instanceof Digest digest) {
      Optional<Lookup> answer = store.lookUpOnce(digest);
      if (answer.isPresent()) {
        return answer.get();
      }
      if (store.isAbsent()) {
        return new Lookup.Absent(Lookup.Why.REPOSITORY);
      }
    }
    return store.lookUp(selector);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return store.blob(blob);
  }

  @Override
  public boolean has(Descriptor blob) throws IOException {
    return store.has(blob);
  }

  @Override
  public boolean lacks(Descriptor blob) throws IOException {
    return store.lacks(blob);
  }

  @Override
  public void upload(Descriptor blob, BlobSource source) throws IOException {
    store.upload(blob, source);
  }

  @Override
  public boolean mount(Descriptor blob, StoreReference from) throws IOException {
    return store.mount(blob, from);
  }

  @Override
  public LoginCheck.Answer check() throws IOException {
    return store.check();
  }

  @Override
  public String toString() {
    return store.toString();
  }

  @Override
  public synchronized void close() {
    if (tags.isPresent()) {
      tags.get().close();
    }
    store.close();
  }
}
