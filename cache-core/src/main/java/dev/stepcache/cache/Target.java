package dev.stepcache.cache;

import dev.stepcache.format.CacheImage;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.CacheTools;
import dev.stepcache.transfer.HealingStore;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.transfer.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Where an upload saves to: what lies there, and whether that is to stay.
 *
 * @param request whose store heals
 * @param healing that store, below all that does not believe it
 * @param reads of it
 * @param names of the cache paths
 */
record Target(
    UploadRequest request,
    HealingStore healing,
    VerifiedReads reads,
    Platform platform,
    List<String> names,
    Resources resources,
    Consumer<CacheEvent> events) {
  /** A tag that nobody has: a registry that answers for it answers. */
  private static final Tag NOBODYS = new Tag("stepcache-asks-whether-you-answer");

  static Target of(
      UploadRequest request,
      Platform platform,
      List<String> names,
      Resources resources,
      Consumer<CacheEvent> events) {
    VerifiedReads reads = new VerifiedReads(request.store(), request.findings());
    HealingStore healing = new HealingStore(request.store(), reads);
    return new Target(request.on(healing), healing, reads, platform, names, resources, events);
  }

  /** The same target through a store that is believed less. */
  Target believing(Store other) {
    return new Target(request.on(other), healing, reads, platform, names, resources, events);
  }

  /**
   * What was found.
   *
   * @param stays the outcome, if what is there is to stay
   * @param good what is there, if the upload may end with it
   * @param doubtful whether something under the tag was found broken or could not be read, so that
   *     the manifest is read back
   * @param seen what the store answered for the tag
   */
  record Existing(
      Optional<UploadOutcome> stays, Optional<StoredManifest> good, boolean doubtful, Lookup seen) {
    /** What is said of a tag of which nothing was answered. */
    private static final Lookup NOTHING = new Lookup.Absent(Lookup.Why.MANIFEST);

    private Existing with(Lookup answer) {
      return new Existing(stays, good, doubtful, answer);
    }

    private static Existing staying(UploadOutcome outcome) {
      return new Existing(Optional.of(outcome), Optional.empty(), false, NOTHING);
    }

    private static Existing staying(Reason reason, String why) {
      return staying(UploadOutcome.notSaved(new Trouble(reason, why)));
    }

    private static Existing replaced(boolean doubtful) {
      return new Existing(Optional.empty(), Optional.empty(), doubtful, NOTHING);
    }
  }

  /** The key is to heal. What the fetches of this pod read of what lies there is known. */
  private Existing heals(Set<Digest> read) {
    healing.relyOnlyOn(read);
    return Existing.replaced(true);
  }

  /** Looks under the tag. */
  Existing look() throws IOException {
    Optional<Lookup> answer = answer();
    Optional<StoredManifest> there = answer.flatMap(Lookup::found);
    events.accept(new CacheEvent.LookedUp(request.target(), there.map(StoredManifest::digest)));
    if (answer.isEmpty()) {
      return heals(Set.of());
    }
    Lookup seen = answer.get();
    boolean doubtful = !request.findings().isEmpty() || request.broken().isPresent();
    // A store that remembers what it lost may take the same once more, and have it as little.
    Existing found =
        there.isEmpty()
            ? Existing.replaced(doubtful || seen.isAbsentFor(Lookup.Why.LOST))
            : judge(there.get(), doubtful);
    return found.with(seen);
  }

  /** What the store says of the tag; empty where what lies there is as good as none. */
  private Optional<Lookup> answer() throws IOException {
    try {
      return Optional.of(request.store().lookUp(request.tag()));
    } catch (StoreException.Corrupt e) {
      // What is broken is as good as none: the key is to heal.
      return Optional.empty();
    } catch (StoreException.Rejected | StoreException.Unreachable e) {
      sayThatItIsUnknown(e);
      return Optional.empty();
    }
  }

  /** Throws the failure where the store answers for nothing else either. */
  private void sayThatItIsUnknown(StoreException failure) throws StoreException {
    if (!answersOtherwise(failure)) {
      throw failure;
    }
    events.accept(new CacheEvent.TargetUnknown(request.target(), Trouble.of(failure)));
  }

  /** Whether a store answers that does not for one tag. */
  private boolean answersOtherwise(StoreException failure) {
    if (failure instanceof StoreException.Unreachable silence && !silence.answered()) {
      return false;
    }
    try {
      Optional<StoredManifest> _ = request.store().manifest(NOBODYS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Existing judge(StoredManifest there, boolean doubtful) throws IOException {
    if (!CacheTools.mayReplace(reads, there)) {
      return there.mediaType().isIndex() ? judgeIndex(there) : notACache("");
    }
    try {
      Manifest manifest = ImageReader.manifest(there);
      if (CacheImage.format(manifest) > CacheImage.FORMAT) {
        return newer();
      }
      if (isBroken(there, manifest)) {
        return heals(digests(manifest));
      }
      if (request.when() != UploadRequest.When.MISS) {
        return new Existing(Optional.empty(), Optional.of(there), doubtful, Existing.NOTHING);
      }
      return stays(there, manifest).orElseGet(() -> Existing.replaced(doubtful));
    } catch (StoreException.Corrupt e) {
      return heals(Set.of());
    } catch (StoreException.Rejected | StoreException.Unreachable e) {
      sayThatItIsUnknown(e);
      return heals(Set.of());
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      // Whatever it is, it cannot be restored.
      return heals(Set.of());
    }
  }

  /** No cache tool makes an index, so whoever did has others in it that are not ours to drop. */
  private Existing judgeIndex(StoredManifest there) throws IOException {
    try {
      Optional<Manifest> manifest = ImageReader.manifestFor(reads.store(), there, platform);
      if (manifest.isEmpty()) {
        return Existing.staying(
            Reason.PLATFORM, "an image for other platforms is stored there; it is left alone");
      }
      if (CacheImage.format(manifest.get()) > CacheImage.FORMAT) {
        return newer();
      }
      if (request.when() == UploadRequest.When.MISS && !isBroken(there, manifest.get())) {
        Optional<Existing> whole = stays(there, manifest.get());
        if (whole.isPresent()) {
          return whole.get();
        }
      }
    } catch (StoreException.Corrupt e) {
      return notACache(", and broken: " + Trouble.of(e).message());
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      return notACache(", and broken: " + Trouble.of(e).message());
    }
    return notACache(": an index of images");
  }

  private Existing notACache(String what) {
    return Existing.staying(
        Reason.NOT_A_CACHE,
        request.target() + " holds what no cache tool made" + what + "; it is left alone");
  }

  private static Existing newer() {
    return Existing.staying(
        Reason.NEWER_FORMAT, "a newer stepcache saved this key; it is left alone");
  }

  /** Empty if what is there cannot be restored by those who ask for it. */
  private Optional<Existing> stays(StoredManifest there, Manifest manifest) throws IOException {
    if (!isWhole(manifest)) {
      return Optional.empty();
    }
    CacheImage image = ImageReader.image(reads, manifest);
    Optional<Existing> other = staysForItsPlatform(image);
    if (other.isPresent()) {
      return other;
    }
    if (!request.anyPlatform() && !image.platform().isStated()) {
      return Optional.empty();
    }
    if (!hasThesePaths(image)) {
      return Optional.empty();
    }
    long stored = manifest.layers().stream().mapToLong(Descriptor::size).sum();
    return Optional.of(
        Existing.staying(
            new UploadOutcome(
                Reason.EXISTS,
                "a cache is stored under this key already",
                Optional.of(
                    new UploadOutcome.Saved(
                        request.target(),
                        there.digest(),
                        0,
                        0,
                        image.content().size(),
                        0,
                        stored)))));
  }

  /**
   * Two platforms under one tag would replace each other's cache on each run. An image that states
   * none is nobody's.
   */
  private Optional<Existing> staysForItsPlatform(CacheImage image) {
    return request.anyPlatform()
            || !image.platform().isStated()
            || image.platform().equals(platform)
        ? Optional.empty()
        : Optional.of(
            Existing.staying(
                Reason.PLATFORM,
                "the cache that is stored there is for "
                    + image.platform()
                    + ", this is "
                    + platform
                    + "; it is left alone"));
  }

  /** The outcome, if what is there is whole, and for another platform. */
  Optional<UploadOutcome> ofAnotherPlatform(StoredManifest there) throws IOException {
    try {
      return staysForItsPlatform(ImageReader.image(reads, ImageReader.manifest(there)))
          .flatMap(Existing::stays);
    } catch (StoreException.Unauthorized | StoreException.Throttled e) {
      throw e;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether an image was found broken, as a whole or in a part. What only could not be had, or was
   * not there, has another chance.
   */
  private boolean isBroken(StoredManifest there, Manifest manifest) throws IOException {
    List<Descriptor> blobs = blobs(manifest);
    boolean unread = blobs.stream().anyMatch(blob -> reads.isUnread(blob.digest()));
    for (Descriptor blob : blobs) {
      if (healing.isBroken(blob)) {
        return true;
      }
    }
    return !unread && request.broken().equals(Optional.of(there.digest()));
  }

  /**
   * Whether the image is of the cache paths that are saved. For one without a name its index is not
   * read: a fetch that could not restore it has said so, by the digest of what is broken.
   */
  private boolean hasThesePaths(CacheImage image) throws IOException {
    return names.isEmpty()
        || (image.index().isPresent()
            && ImageReader.index(reads, image.index().get(), new MemoryBudget(resources))
                .index()
                .hasPaths(names));
  }

  private boolean isWhole(Manifest manifest) throws IOException {
    List<Descriptor> blobs = blobs(manifest);
    AtomicBoolean whole = new AtomicBoolean(true);
    Workers.askEach(
        blobs.size(),
        number -> {
          if (whole.get() && request.store().lacks(blobs.get(number))) {
            whole.set(false);
          }
        });
    return whole.get();
  }

  private static Set<Digest> digests(Manifest manifest) {
    return blobs(manifest).stream().map(Descriptor::digest).collect(Collectors.toSet());
  }

  private static List<Descriptor> blobs(Manifest manifest) {
    List<Descriptor> blobs = new ArrayList<>(manifest.layers());
    blobs.add(manifest.config());
    return blobs;
  }

  /**
   * Whether {@code latest} may be moved: not where it holds what no cache tool made. What cannot be
   * known is moved, as it always was.
   */
  boolean mayMove(Tag latest) {
    if (request.latestIsOurs()) {
      return true;
    }
    try {
      Optional<StoredManifest> there = request.store().manifest(latest);
      return there.isEmpty() || CacheTools.mayReplace(reads, there.get());
    } catch (IOException e) {
      return true;
    }
  }
}
