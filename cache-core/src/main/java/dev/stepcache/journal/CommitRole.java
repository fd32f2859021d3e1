package dev.stepcache.journal;

import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.OwnFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a commit belongs to those of other cache paths, restored at once: the second line of its
 * journal. One of them leads, and the end of its journal is the end of all of them.
 */
public sealed interface CommitRole {
  /**
   * The commit that the others wait for.
   *
   * @param participants the other cache paths, absolute
   */
  record Coordinator(List<Path> participants) implements CommitRole {
    public Coordinator {
      participants = List.copyOf(participants);
    }
  }

  /**
   * A commit that is finished once its coordinator's is.
   *
   * @param staging the name of the coordinator's staging folder, which nobody else has
   * @param coordinator the coordinator's cache path, absolute
   */
  record Participant(String staging, Path coordinator) implements CommitRole {
    public Participant {
      if (!OwnFolder.isStagingName(staging)) {
        throw new IllegalArgumentException("no staging folder: " + staging);
      }
    }
  }

  /** The line, without its end. */
  default String line() {
    return switch (this) {
      case Coordinator(List<Path> participants) -> {
        StringBuilder line = new StringBuilder("leads");
        participants.forEach(participant -> line.append(' ').append(text(participant)));
        yield line.toString();
      }
      case Participant(String staging, Path coordinator) ->
          "follows " + staging + ' ' + text(coordinator);
    };
  }

  /**
   * Reads a line; empty for one that is no role. Throws IllegalArgumentException for a wrong one.
   */
  static Optional<CommitRole> parse(String line) {
    String[] words = line.split(" ", -1);
    if (words[0].equals("leads")) {
      List<Path> participants = new ArrayList<>();
      for (int at = 1; at < words.length; at++) {
        participants.add(path(words[at]));
      }
      return Optional.of(new Coordinator(participants));
    }
    if (words[0].equals("follows") && words.length == 3) {
      return Optional.of(new Participant(words[1], path(words[2])));
    }
    return Optional.empty();
  }

  private static String text(Path path) {
    return JournalEntry.escape(
        FileNames.text(path)
            .orElseThrow(
                () -> new IllegalArgumentException("not UTF-8: " + FileNames.shown(path))));
  }

  private static Path path(String escaped) {
    Path path = FileNames.path(JournalEntry.unescape(escaped));
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("not absolute");
    }
    return path;
  }
}
