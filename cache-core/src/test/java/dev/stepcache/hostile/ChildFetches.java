package dev.stepcache.hostile;

import dev.stepcache.outcome.FetchOutcome;
import java.nio.file.Path;

/** Fetches one image after the other, and says how each ended; of a process of its own. */
final class ChildFetches {
  static final String OUT_OF_MEMORY = "out of memory";

  private ChildFetches() {}

  public static void main(String[] args) {
    Path root = Path.of(args[0]);
    for (int at = 0; at < Integer.parseInt(args[1]); at++) {
      String end;
      try {
        FetchOutcome outcome =
            HostileArchivesTest.fetch(
                root.resolve("stores/" + at), root.resolve("places/" + at + "/cache"));
        end = outcome.reason().word();
      } catch (OutOfMemoryError e) {
        end = OUT_OF_MEMORY;
      }
      System.out.println(end);
    }
  }
}
