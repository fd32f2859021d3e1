package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Puts a cache path in order after processes that were killed; under the lock, alone. */
final class Recovery {
  private Recovery() {}

  /** True while what a commit began is neither finished nor undone. */
  static boolean isNeeded(Path cache) throws IOException {
    return Journal.isIn(cache.resolve(CacheFolder.OURS).resolve(Journal.COMMIT));
  }

  /** True if something was staged, by a restore that was killed or by one that is at work. */
  static boolean findsLeftovers(Path cache) throws IOException {
    Path ours = cache.resolve(CacheFolder.OURS);
    return Stat.isFolder(ours) && Deletion.children(ours).stream().anyMatch(Recovery::isStaged);
  }

  private static boolean isStaged(Path child) {
    return child.getFileName().toString().startsWith(Staging.PREFIX);
  }

  /**
   * @param given all cache paths of the cache, this one among them
   */
  static void of(Path cache, List<Path> given, Checkpoint checkpoint) throws IOException {
    Path ours = cache.resolve(CacheFolder.OURS);
    Path commit = ours.resolve(Journal.COMMIT);
    if (Journal.isIn(commit)) {
      if (Journal.read(commit).tie().orElse(null) instanceof Tie.Follows tie
          && Finished.has(tie, given)) {
        Undoing.retire(commit, checkpoint);
      } else {
        Undoing.of(cache, commit, checkpoint);
      }
    }
    // Without a journal it is one of which nothing was done.
    Deletion.of(commit);
    for (Path child : Deletion.children(ours)) {
      if (isStaged(child)) {
        Deletion.quietly(child);
      } else if (Finished.isOne(child)) {
        Finished.empty(child);
      }
    }
  }
}
