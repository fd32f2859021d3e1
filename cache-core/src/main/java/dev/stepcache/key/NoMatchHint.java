package dev.stepcache.key;

import dev.stepcache.text.Printable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What is said when no pattern matched: what was looked for, where, and what is there. */
record NoMatchHint(Path folder, LockFilePatterns patterns, Set<Path> neverWalked) {
  private static final int MOST_NAMES = 10;

  /**
   * The hint in a sentence.
   *
   * @throws InterruptedIOException when the walk for a suggestion is interrupted
   */
  String text() throws InterruptedIOException {
    return "no file below "
        + Printable.name(folder.toString())
        + " matches "
        + patterns
        + "; "
        + names()
        + suggestion();
  }

  private String names() {
    List<String> names;
    try (Stream<Path> children = Files.list(folder)) {
      names = children.map(NoMatchHint::name).sorted().toList();
    } catch (IOException e) {
      return "the folder cannot be listed";
    }
    if (names.isEmpty()) {
      return "the folder is empty: is it the one that the sources were cloned into?";
    }
    String first = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
    return "the folder holds "
        + first
        + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "");
  }

  private static String name(Path child) {
    String name = Printable.name(String.valueOf(child.getFileName()));
    return Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS) ? name + "/" : name;
  }

  private String suggestion() throws InterruptedIOException {
    for (Glob glob : patterns.globs()) {
      String text = glob.text();
      String last = text.substring(text.lastIndexOf('/') + 1);
      for (String better : List.of("**/" + last, "**/*" + last.replaceFirst("^\\**", ""))) {
        if (glob.excludes() || last.isEmpty() || better.equals(text)) {
          continue;
        }
        try {
          LockFileWalk walk = LockFileWalk.of(folder, List.of(Glob.parse(better)), neverWalked);
          if (!walk.found().isEmpty()) {
            return "; did you mean "
                + Printable.name(better)
                + ": found "
                + Printable.name(walk.found().keySet().iterator().next());
          }
        } catch (InterruptedIOException e) {
          throw e;
        } catch (IOException | IllegalArgumentException e) {
          // A hint that cannot be had is none.
        }
      }
    }
    return "";
  }
}
