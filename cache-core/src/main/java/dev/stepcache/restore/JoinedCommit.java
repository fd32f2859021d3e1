package dev.stepcache.restore;

import dev.stepcache.journal.CommitRole;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Merges the staged trees of several cache paths: all of them, or, after undoing, none. The first
 * one leads. While its journal is there the others are undone as well, by whoever finds theirs;
 * renaming it away is what makes all of them final, and only then the others drop theirs.
 */
final class JoinedCommit {
  private final SortedMap<String, Commit> commits;

  /**
   * @param commits by the names of their cache paths
   */
  JoinedCommit(SortedMap<String, Commit> commits) {
    this.commits = commits;
  }

  Committed run() throws IOException {
    List<Commit> all = List.copyOf(commits.values());
    Commit coordinator = all.getFirst();
    List<Commit> participants = all.subList(1, all.size());
    Map<String, Integer> modes = new HashMap<>();
    long watermark = Long.MAX_VALUE;
    // An Error is not answered: what the process cannot do any more the next hold does.
    try {
      for (Map.Entry<String, Commit> commit : commits.entrySet()) {
        CommitRole role =
            commit.getValue() == coordinator
                ? coordinator.asCoordinatorOf(participants)
                : coordinator.ofParticipants();
        commit
            .getValue()
            .applyAs(role)
            .forEach((folder, mode) -> modes.put(commit.getKey() + '/' + folder, mode));
      }
      for (Commit commit : all) {
        // Of clocks that differ the earliest is right for all: what is later is looked at.
        watermark = Math.min(watermark, commit.watermark());
      }
      coordinator.finish();
    } catch (IOException | RuntimeException e) {
      all.reversed().forEach(commit -> commit.undo(e));
      throw e;
    }
    boolean retired = true;
    for (Commit participant : participants) {
      retired &= participant.retire();
    }
    coordinator.dropMarker(retired);
    return new Committed(watermark, modes);
  }
}
