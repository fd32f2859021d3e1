package dev.stepcache.journal;

import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.OwnFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a commit belongs to those of other cache paths, restored at once: the second line of its
 * journal. One of them leads, and the end of its journal is the end of all of them.
 */
public sealed interface Tie {
  /**
   * The commit that the others wait for.
   *
   * @param followers the other cache paths, absolute
   */
  record Leads(List<Path> followers) implements Tie {
    public Leads {
      followers = List.copyOf(followers);
    }
  }

  /**
   * A commit that is finished once its leader's is.
   *
   * @param staging the name of the leader's staging folder, which nobody else has
   * @param leader the leader's cache path, absolute
   */
  record Follows(String staging, Path leader) implements Tie {
    public Follows {
      if (!OwnFolder.isStagingName(staging)) {
        throw new IllegalArgumentException("no staging folder: " + staging);
      }
    }
  }

  Pattern WORDS = Pattern.compile(" ");

  /** The line, without its end. */
  default String line() {
    return switch (this) {
      case Leads(List<Path> followers) -> {
        StringBuilder line = new StringBuilder("leads");
        followers.forEach(follower -> line.append(' ').append(text(follower)));
        yield line.toString();
      }
      case Follows(String staging, Path leader) -> "follows " + staging + ' ' + text(leader);
    };
  }

  /**
   * Reads a line; empty for one that is no tie. Throws IllegalArgumentException for a wrong one.
   */
  static Optional<Tie> parse(String line) {
    String[] words = WORDS.split(line, -1);
    if (words[0].equals("leads")) {
      List<Path> followers = new ArrayList<>();
      for (int at = 1; at < words.length; at++) {
        followers.add(path(words[at]));
      }
      return Optional.of(new Leads(followers));
    }
    if (words[0].equals("follows") && words.length == 3) {
      return Optional.of(new Follows(words[1], path(words[2])));
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
