package dev.stepcache.cli.copy;

import dev.stepcache.cli.Session;
import dev.stepcache.format.CacheImage;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.store.TagLister;
import dev.stepcache.transfer.ImageCopy;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;

/** Caches that are copied one after the other, the blobs of each side by side. */
final class Copying {
  private static final int ASKING = 8;
  private static final int BLOBS = 4;

  private final Store from;
  private final Store to;
  private final ImageCopy copy;

  /**
   * A cache, and where it goes.
   *
   * @param present whether the target has it there
   */
  record Image(StoredManifest manifest, Tag tag, boolean present) {}

  /**
   * What is to be copied.
   *
   * @param foreign how many tags were left out since they are no caches
   * @param surplus the tags that only the target has, where that was asked
   */
  record Selected(List<Image> images, int foreign, Set<Tag> surplus) {
    Selected {
      images = List.copyOf(images);
      surplus = Set.copyOf(surplus);
    }
  }

  /**
   * @param source a reference of {@code from}
   */
  Copying(Store from, StoreReference source, Store to) {
    this.from = from;
    this.to = to;
    this.copy = new ImageCopy(from, source, to, BLOBS, bytes -> {});
  }

  Selected one(TagOrDigest selector, StoreReference shown, Tag tag) throws IOException {
    StoredManifest image =
        from.manifest(selector)
            .orElseThrow(() -> new Session.CacheTrouble(Reason.MISS, "nothing is there: " + shown));
    if (!isCache(image)) {
      throw new Session.CacheTrouble(
          Reason.NOT_A_CACHE, shown + " is not a cache: no cache-upload made it");
    }
    // Its blobs are looked at in any case: this is how a damaged copy is mended.
    return new Selected(List.of(new Image(image, tag, false)), 0, Set.of());
  }

  Selected some(TagPatterns patterns, boolean compares) throws IOException {
    SortedSet<Tag> all = ofSource();
    Optional<String> idle = patterns.idle(all);
    if (idle.isPresent()) {
      throw new Session.CacheTrouble(
          Reason.MISS, "no tag of " + from + " fits '" + idle.get() + "'");
    }
    List<Tag> tags = patterns.of(all);
    List<Optional<StoredManifest>> found = new ArrayList<>();
    List<Boolean> present = new ArrayList<>();
    tags.forEach(tag -> {
      found.add(Optional.empty());
      present.add(false);
    });
    Workers.runEach(
        tags.size(),
        ASKING,
        number -> {
          Optional<StoredManifest> image = from.manifest(tags.get(number)).filter(Copying::isCache);
          boolean there =
              image.isPresent()
                  && to.manifest(tags.get(number))
                      .filter(one -> one.digest().equals(image.get().digest()))
                      .isPresent();
          synchronized (found) {
            found.set(number, image);
            present.set(number, there);
          }
        });
    List<Image> images = new ArrayList<>();
    int foreign = 0;
    for (int number = 0; number < tags.size(); number++) {
      if (found.get(number).isEmpty()) {
        foreign++;
      } else {
        images.add(new Image(found.get(number).get(), tags.get(number), present.get(number)));
      }
    }
    // What names the newest comes last: a fetch from the target falls back to what is there.
    images.sort(Comparator.comparing(image -> image.tag().value().contains("latest")));
    return new Selected(images, foreign, compares ? surplus(patterns) : Set.of());
  }

  /**
   * The tags that only the target has. The source is asked last: what it has got meanwhile is none
   * of them.
   */
  Set<Tag> surplus(TagPatterns patterns) throws IOException {
    Set<Tag> there = new HashSet<>();
    tags(to).ifPresent(tags -> there.addAll(patterns.of(tags)));
    there.removeAll(ofSource());
    return there;
  }

  private SortedSet<Tag> ofSource() throws IOException {
    return tags(from)
        .orElseThrow(() -> new Session.CacheTrouble(Reason.MISS, "nothing is there: " + from));
  }

  private static Optional<SortedSet<Tag>> tags(Store store) throws IOException {
    Optional<TagLister> lister = store.offers(TagLister.class);
    if (lister.isEmpty()) {
      throw new StoreException.Rejected(
          "list " + store + ": this store tells no tags: name the one that is wanted");
    }
    return lister.get().tags();
  }

  private static boolean isCache(StoredManifest image) {
    try {
      return CacheImage.format(ImageReader.manifest(image)) > 0;
    } catch (MalformedDocumentException e) {
      return false;
    }
  }

  /** False where it was told to end before all was done. */
  boolean run(Selected selected, CopyProgress progress, BooleanSupplier ends) throws IOException {
    for (Image image : selected.images()) {
      if (ends.getAsBoolean()) {
        return false;
      }
      if (image.present()) {
        progress.present(image.tag().value(), image.manifest().digest());
      } else {
        copy(image, progress);
      }
    }
    return true;
  }

  private void copy(Image image, CopyProgress progress) throws IOException {
    String name = image.tag().value();
    if (holdsAnother(to, image.tag())) {
      progress.failed(name, to + ":" + name + " is not a cache, and is left alone");
      return;
    }
    try {
      progress.copied(name, copy.copy(image.manifest(), image.tag()));
    } catch (StoreException.Corrupt | BrokenContentException | MalformedDocumentException e) {
      progress.failed(name, String.valueOf(e.getMessage()));
    }
  }

  /** What no cache tool made is never replaced. */
  private static boolean holdsAnother(Fetcher store, Tag tag) throws IOException {
    try {
      return store.manifest(tag).filter(there -> !isCache(there)).isPresent();
    } catch (StoreException.Corrupt e) {
      // Nobody can read it: this mends it.
      return false;
    }
  }
}
