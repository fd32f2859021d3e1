package dev.stepcache.cache;

import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.Spool;
import dev.stepcache.transfer.StillBrokenException;
import dev.stepcache.transfer.StoredImage;
import dev.stepcache.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The end of a save: config, manifest, and then {@code latest}.
 *
 * @param found what is stored under the tag; where it is doubtful, the manifest is read back
 * @param platform what the image is for
 */
record Publication(
    Target target,
    Target.Existing found,
    Platform platform,
    Resources resources,
    Consumer<CacheEvent> events) {
  private UploadRequest request() {
    return target.request();
  }

  /** What the image of a tree says of itself. */
  CacheImage.Description description(Tree tree) {
    return new CacheImage.Description(
        platform,
        created(tree),
        request().key(),
        request().expiry(),
        request().origin().scope(),
        request().origin().buildTime());
  }

  private static Instant created(Tree tree) {
    long newest = tree.newest();
    return Instant.ofEpochSecond(
        Math.floorDiv(newest, 1_000_000_000L), Math.floorMod(newest, 1_000_000_000L));
  }

  /**
   * The digest of the image that is stored under the tag, if these parts make it.
   *
   * @param content the content layers
   * @param index what the index layer holds
   * @param emptyFolders of the tree
   */
  Optional<Digest> stored(
      CacheImage.Description description,
      List<PackedLayer> content,
      IndexLayer index,
      Set<String> emptyFolders) {
    return found
        .good()
        .filter(stored ->
            new StoredImage(target.reads(), stored, request().compression(), resources)
                .isMadeOf(description, content, index, emptyFolders))
        .map(StoredManifest::digest);
  }

  /**
   * Puts an image under the tag, of which the store has all layers.
   *
   * @param content the content layers
   * @return the manifest's digest
   */
  Digest put(
      CacheImage.Description description, List<PackedLayer> content, PackedLayer index, Spool spool)
      throws IOException {
    return Digest.of(putManifest(request().store(), manifest(description, content, index, spool)));
  }

  /** Writes the image's documents, and sees to it that the store has the config. */
  private byte[] manifest(
      CacheImage.Description description, List<PackedLayer> content, PackedLayer index, Spool spool)
      throws IOException {
    for (int blanks = 0; ; blanks++) {
      CacheImage.Documents image = CacheImage.write(description, content, index, blanks);
      try {
        spool.send(
            request().store(),
            image.configDescriptor(),
            () -> new ByteArrayInputStream(image.config()));
        return image.manifest();
      } catch (StillBrokenException e) {
        if (blanks >= StillBrokenException.MOST) {
          throw e;
        }
        e.replacedBy(CacheImage.write(description, content, index, blanks + 1).configDescriptor());
      }
    }
  }

  /**
   * Puts the manifest under the tag, and then under {@code latest}. Where something was found
   * broken it is read back: a store may keep a manifest that it has, wrong as it is.
   *
   * @return what was put
   */
  private byte[] putManifest(Store store, byte[] manifest) throws IOException {
    byte[] put = manifest;
    for (int blanks = 1; ; blanks++) {
      store.put(request().tag(), MediaType.OCI_MANIFEST, put);
      if (!found.doubtful() || isStored(store, Digest.of(put))) {
        break;
      }
      if (blanks > StillBrokenException.MOST) {
        throw new StillBrokenException(Digest.of(put), other -> {});
      }
      put = CacheImage.withBlanks(manifest, blanks);
    }
    byte[] last = put;
    request().latest().ifPresent(tag -> pointLatest(store, tag, last));
    return put;
  }

  private static boolean isStored(Store store, Digest manifest) throws IOException {
    try {
      return store.manifest(manifest).isPresent();
    } catch (StoreException.Unauthorized e) {
      // An account that may only send.
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  /** Many writers meet on this tag, and nothing depends on it. */
  private void pointLatest(Store store, Tag latest, byte[] manifest) {
    if (!target.mayMove(latest)) {
      events.accept(new CacheEvent.TagLeftAlone(latest, store.toString()));
      return;
    }
    try {
      store.put(latest, MediaType.OCI_MANIFEST, manifest);
    } catch (IOException e) {
      events.accept(new CacheEvent.TagNotMoved(latest, Trouble.of(e)));
    }
  }
}
