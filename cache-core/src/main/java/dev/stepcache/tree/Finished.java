package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The commits of several cache paths that are finished although not each of their journals may be
 * gone yet: beside the leader's journal, which is renamed to {@code finished-<16 hex digits>} and
 * so makes all of them final at once. It stays until no follower needs to ask for it.
 */
final class Finished {
  private static final String PREFIX = "finished-";

  private Finished() {}

  /** The place that the commit of a leader's staging folder moves to. */
  static Path place(Path ours, String staging) {
    return ours.resolve(PREFIX + staging.substring(Staging.PREFIX.length()));
  }

  /**
   * Whether the commit that another one follows is finished: looks at the leader where the journal
   * names it, and at the cache paths that are given, since a volume may be mounted elsewhere by
   * now. A leader that is not there is not finished.
   */
  static boolean has(Tie.Follows tie, List<Path> given) throws IOException {
    List<Path> leaders = new ArrayList<>(given);
    leaders.add(tie.leader());
    for (Path leader : leaders) {
      if (Stat.isFolder(place(leader.resolve(CacheFolder.OURS), tie.staging()))) {
        return true;
      }
    }
    return false;
  }

  static boolean isOne(Path child) {
    return child.getFileName().toString().startsWith(PREFIX);
  }

  /** Gives back the room of what a finished commit displaced: nobody asks for that. */
  static void empty(Path finished) throws IOException {
    // What no follower needs loses its journal, and then the rest; a link is none of ours.
    boolean needed = Stat.isFolder(finished) && Journal.isIn(finished);
    Deletion.quietly(needed ? Journal.displaced(finished) : finished);
  }

  /**
   * Removes those of which each follower is recovered.
   *
   * @param recovered cache paths that are held alone, by their real paths
   */
  static void forget(Path ours, Set<Path> recovered) {
    try {
      for (Path child : Deletion.children(ours)) {
        if (isOne(child)
            && Stat.isFolder(child)
            && Journal.isIn(child)
            && Journal.read(child).tie().orElse(null) instanceof Tie.Leads(var followers)
            && recovered.containsAll(followers)) {
          Deletion.quietly(child);
        }
      }
    } catch (IOException e) {
      // An empty folder too many harms nobody.
    }
  }
}
