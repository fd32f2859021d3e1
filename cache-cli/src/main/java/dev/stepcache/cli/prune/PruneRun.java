package dev.stepcache.cli.prune;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.store.Sweeper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Takes away what a plan says, an image after the other: the whole image where all its tags go and
 * the store does that, else tag by tag. All is read again right before. Each request takes a tag,
 * or an image with all its tags, so whoever is cut short between two has done nothing by halves.
 */
final class PruneRun {
  private static final String MOVED = "it names another image by now";

  private final Store store;
  private final Deleter deleter;
  private final PrunePlan plan;
  private final SortedSet<Tag> planned;
  private final MembersOfIndexes members;
  private final PruneProgress progress;
  private final BooleanSupplier ends;
  private final Set<Digest> rolling = new HashSet<>();

  /** As long as the store did not say that it never does. */
  private boolean byImage;

  private boolean byTag = true;

  /** How it said so. */
  private String unsupported = "";

  /** Some delete an image only when no tag names it any more. */
  private boolean onceUntagged;

  /** Whether it was seen that other tags of an image outlive one. */
  private boolean sparesOthers;

  /** The store, or its account, deletes nothing. */
  static final class Refused extends IOException {
    private final boolean never;

    Refused(String message, boolean never) {
      super(message);
      this.never = never;
    }

    /** Whether it is so whoever asks. */
    boolean isForEverybody() {
      return never;
    }
  }

  /**
   * @param inventory what was there when the plan was made
   * @param ends whether nothing more is to be begun
   */
  PruneRun(
      Store store,
      Deleter deleter,
      PrunePlan plan,
      Inventory inventory,
      PruneProgress progress,
      BooleanSupplier ends) {
    this.store = store;
    this.deleter = deleter;
    this.plan = plan;
    this.planned = inventory.tags();
    this.members = new MembersOfIndexes(store, deleter, inventory.members());
    this.progress = progress;
    this.ends = ends;
    // A folder's images go with a sweep.
    this.byImage = store.offers(Sweeper.class).isEmpty();
    this.onceUntagged = byImage;
    for (PrunePlan.Entry entry : plan.going()) {
      if (entry.membership().rolling()) {
        rolling.add(entry.cache().digest());
      }
    }
  }

  /** False where it was told to end before all was done. */
  boolean run() throws IOException {
    Map<Digest, List<Tag>> images = new LinkedHashMap<>();
    // What names the newest of its scope goes last: it outlives whatever a fetch may miss.
    for (boolean rolling : new boolean[] {false, true}) {
      for (PrunePlan.Entry entry : plan.going()) {
        if (isRolling(entry.cache().digest()) == rolling) {
          images
              .computeIfAbsent(entry.cache().digest(), digest -> new ArrayList<>())
              .add(entry.cache().tag());
        }
      }
    }
    for (Map.Entry<Digest, List<Tag>> image : images.entrySet()) {
      if (!remove(image.getKey(), image.getValue())) {
        return false;
      }
    }
    return members.remove(ends);
  }

  private boolean isRolling(Digest image) {
    return rolling.contains(image);
  }

  /** False where it was told to end before all was done. */
  private boolean remove(Digest image, List<Tag> tags) throws IOException {
    if (ends.getAsBoolean()) {
      return false;
    }
    List<Tag> staying =
        new ArrayList<>(
            plan.entries().stream()
                .filter(entry -> !entry.goes() && entry.cache().digest().equals(image))
                .map(entry -> entry.cache().tag())
                .toList());
    if (staying.isEmpty() && byImage) {
      // It may be needed again by now; its other tags are not.
      whoNames(image, staying).ifPresent(staying::add);
      if (staying.isEmpty() && isRemovedWhole(image, tags)) {
        return true;
      }
    }
    for (Tag tag : tags) {
      if (ends.getAsBoolean()) {
        return false;
      }
      if (!byTag || !isSettled(tag, image, staying)) {
        leaveOrRefuse(tag, staying);
      }
    }
    if (staying.isEmpty() && onceUntagged && whoNames(image, List.of()).isEmpty()) {
      onceUntagged = isDone(deleter.deleteImage(image));
      if (onceUntagged) {
        members.indexWent(image);
      }
    }
    return true;
  }

  /** Of what the store deletes neither by tag nor as a whole. */
  private void leaveOrRefuse(Tag tag, List<Tag> staying) throws Refused {
    if (staying.isEmpty()) {
      throw new Refused(unsupported, true);
    }
    progress.left(
        tag,
        "this store deletes whole images only, and " + staying.getFirst() + " names this one too");
  }

  private static boolean isDone(DeletionOutcome answer) {
    return answer instanceof DeletionOutcome.Done || answer instanceof DeletionOutcome.Absent;
  }

  /** False where the image's tags have to be taken one by one. */
  private boolean isRemovedWhole(Digest image, List<Tag> tags) throws IOException {
    List<Tag> naming = new ArrayList<>();
    for (Tag tag : tags) {
      Optional<Digest> now = image(tag);
      if (now.isEmpty()) {
        progress.gone(tag);
      } else if (!now.get().equals(image)) {
        progress.left(tag, MOVED);
      } else {
        naming.add(tag);
      }
    }
    if (naming.isEmpty()) {
      return true;
    }
    DeletionOutcome answer;
    try {
      answer = deleter.deleteImage(image);
    } catch (StoreException.Rejected e) {
      naming.forEach(tag -> progress.failed(tag, String.valueOf(e.getMessage())));
      return true;
    }
    switch (answer) {
      case DeletionOutcome.Done _ -> {
        members.indexWent(image);
        naming.forEach(progress::removed);
      }
      case DeletionOutcome.Absent _, DeletionOutcome.Moved _ -> naming.forEach(progress::gone);
      case DeletionOutcome.Unsupported(String why) -> {
        unsupported = why;
        byImage = false;
        return false;
      }
      case DeletionOutcome.Refused(String why) -> throw new Refused(why, false);
    }
    return true;
  }

  private Optional<Digest> image(Tag tag) throws IOException {
    return store.manifest(tag).map(StoredManifest::digest);
  }

  /** False where the store turns out to delete no tags. */
  private boolean isSettled(Tag tag, Digest image, List<Tag> staying) throws IOException {
    Optional<StoredManifest> spared =
        staying.isEmpty() || sparesOthers ? Optional.empty() : store.manifest(staying.getFirst());
    DeletionOutcome answer;
    try {
      answer = deleter.deleteTag(tag, image);
    } catch (StoreException.Rejected e) {
      // Such as of a tag that a rule of the registry makes immutable.
      progress.failed(tag, String.valueOf(e.getMessage()));
      return true;
    }
    switch (answer) {
      case DeletionOutcome.Done _ -> {
        progress.removed(tag);
        if (spared.isPresent()) {
          restoreIfGone(staying, spared.get());
        }
      }
      case DeletionOutcome.Absent _ -> progress.gone(tag);
      case DeletionOutcome.Moved _ -> progress.left(tag, MOVED);
      case DeletionOutcome.Unsupported(String why) -> {
        unsupported = unsupported.isEmpty() ? why : unsupported;
        byTag = false;
        return false;
      }
      case DeletionOutcome.Refused(String why) -> throw new Refused(why, false);
    }
    return true;
  }

  /** A registry may take the whole image with one of its tags. */
  private void restoreIfGone(List<Tag> staying, StoredManifest image) throws IOException {
    boolean lost = false;
    for (Tag other : staying) {
      if (store.manifest(other).isEmpty()) {
        store.put(other, image.mediaType(), image.content());
        lost = true;
      }
    }
    sparesOthers = !lost;
    byTag &= !lost;
  }

  /**
   * A tag that is to stay and names the image now: of those that did when it was planned, those
   * that came since, and those that move all the time.
   */
  private Optional<Tag> whoNames(Digest image, List<Tag> staying) throws IOException {
    SortedSet<Tag> asked = new TreeSet<>(planned.comparator());
    asked.addAll(Inventory.tags(store).orElse(asked));
    asked.removeAll(planned);
    asked.addAll(staying);
    plan.entries().stream()
        .filter(entry -> !entry.goes() && entry.membership().mayMove())
        .forEach(entry -> asked.add(entry.cache().tag()));
    for (Tag tag : asked) {
      if (image(tag).filter(image::equals).isPresent()) {
        return Optional.of(tag);
      }
    }
    return Optional.empty();
  }
}
