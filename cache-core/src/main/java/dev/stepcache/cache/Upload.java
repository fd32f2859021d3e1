package dev.stepcache.cache;

import dev.stepcache.image.CacheImage;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Printable;
import dev.stepcache.pack.FileChangedException;
import dev.stepcache.pack.TreeIndexes;
import dev.stepcache.pack.UnreadableFileException;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.tree.CacheFolder;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeScan;
import dev.stepcache.tree.Watermark;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Saves a cache path, all of it or nothing of it: the manifest comes last, and what cannot be read
 * whole is never published.
 *
 * @param folder the cache path
 * @param platform what the image will be for
 * @param largest the most bytes of files that are saved; what is larger could not be restored
 * @param lockWait how long another step may hold the cache path
 */
public record Upload(
    CacheFolder folder,
    Platform platform,
    long largest,
    Duration lockWait,
    Consumer<CacheEvent> events) {
  /** How often a tree is scanned again that changed while it was packed. */
  private static final int SCANS = 3;

  private static final int NAMES = 5;

  public UploadOutcome run(UploadRequest request) {
    try {
      Optional<StoredManifest> there = lookUp(request);
      events.accept(new CacheEvent.LookedUp(request.target(), there.map(StoredManifest::digest)));
      if (there.isPresent()) {
        Optional<UploadOutcome> outcome = mayStay(request, there.get());
        if (outcome.isPresent()) {
          return outcome.get();
        }
      }
      try (CacheFolder.Hold _ = folder.holdShared(lockWait)) {
        return save(request, there.filter(stored -> mayBeUnchanged(request, stored)));
      }
    } catch (IOException e) {
      return UploadOutcome.notSaved(Trouble.of(e));
    }
  }

  /** A manifest that cannot be had is as good as none: the key is to heal. */
  private static Optional<StoredManifest> lookUp(UploadRequest request) throws IOException {
    try {
      return request.store().manifest(request.tag());
    } catch (StoreException.Corrupt e) {
      return Optional.empty();
    }
  }

  /** The outcome, if what is there under the tag is to stay. */
  private static Optional<UploadOutcome> mayStay(UploadRequest request, StoredManifest there)
      throws IOException {
    Manifest manifest;
    try {
      manifest = Blobs.manifest(there);
      if (CacheImage.format(manifest) > CacheImage.FORMAT) {
        return Optional.of(
            UploadOutcome.notSaved(
                new Trouble(
                    Reason.NEWER_FORMAT, "a newer stepcache saved this key; it is left alone")));
      }
      if (mayBeUnchanged(request, there) || isBroken(request, there)) {
        return Optional.empty();
      }
      if (!isWhole(request.store(), manifest)) {
        return Optional.empty();
      }
      CacheImage image = Blobs.image(request.store(), manifest);
      long stored = manifest.layers().stream().mapToLong(Descriptor::size).sum();
      return Optional.of(
          new UploadOutcome(
              Reason.EXISTS,
              "a cache that can be restored is stored under this key already",
              Optional.of(
                  new UploadOutcome.Saved(
                      request.target(), there.digest(), 0, 0, image.content().size(), 0, stored))));
    } catch (StoreException.Corrupt e) {
      return Optional.empty();
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      // Whatever it is, it cannot be restored.
      return Optional.empty();
    }
  }

  /** Whether an upload may end with what is there; not if that is to heal. */
  private static boolean mayBeUnchanged(UploadRequest request, StoredManifest there) {
    return request.when() != UploadRequest.When.MISS && !isBroken(request, there);
  }

  private static boolean isBroken(UploadRequest request, StoredManifest there) {
    return request.broken().equals(Optional.of(there.digest()));
  }

  private static boolean isWhole(Store store, Manifest manifest) throws IOException {
    if (!store.has(manifest.config())) {
      return false;
    }
    for (Descriptor layer : manifest.layers()) {
      if (!store.has(layer)) {
        return false;
      }
    }
    return true;
  }

  private UploadOutcome save(UploadRequest request, Optional<StoredManifest> there)
      throws IOException {
    for (int scan = 1; ; scan++) {
      Optional<Long> watermark = Watermark.now(folder);
      Tree tree = TreeScan.of(folder.path());
      Optional<Trouble> trouble = check(tree);
      if (trouble.isPresent()) {
        return UploadOutcome.notSaved(trouble.get());
      }
      try {
        return new Saving(folder, platform, events, request, there, tree, watermark).run();
      } catch (FileChangedException e) {
        if (scan == SCANS) {
          return UploadOutcome.notSaved(
              new Trouble(Reason.UNREADABLE, "'" + shown(e.name().value()) + "' keeps changing"));
        }
        events.accept(
            new CacheEvent.Noticed(
                "'" + shown(e.name().value()) + "' changed while it was read; scanning again"));
      } catch (UnreadableFileException e) {
        String why = Trouble.of((IOException) Objects.requireNonNull(e.getCause())).message();
        return UploadOutcome.notSaved(
            new Trouble(
                Reason.UNREADABLE, "'" + shown(e.name().value()) + "' cannot be read: " + why));
      }
    }
  }

  private Optional<Trouble> check(Tree tree) {
    if (tree.special() > 0) {
      events.accept(
          new CacheEvent.Noticed(
              tree.special() + " sockets, fifos or devices are left out of the cache"));
    }
    if (!tree.unreadable().isEmpty()) {
      List<String> names =
          tree.unreadable().stream()
              .limit(NAMES)
              .map(one -> one.name() + " (" + one.why() + ")")
              .toList();
      return Optional.of(
          new Trouble(
              Reason.UNREADABLE,
              tree.unreadable().size()
                  + " files or folders cannot be read: "
                  + String.join(", ", names)));
    }
    if (tree.entries().isEmpty()) {
      return Optional.of(new Trouble(Reason.EMPTY, "the cache path has no files"));
    }
    long bytes = TreeIndexes.bytes(tree);
    if (bytes > largest) {
      return Optional.of(
          new Trouble(Reason.TOO_LARGE, "the cache path has " + bytes + " bytes, over " + largest));
    }
    return Optional.empty();
  }

  private static String shown(String name) {
    return Printable.of(name);
  }
}
