package dev.stepcache.cache;

import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.restore.RestoreMode;
import java.io.IOException;
import java.nio.file.Path;

/** Fetches in a process of its own: cache path and store. */
final class ChildFetch {
  private ChildFetch() {}

  public static void main(String[] args) throws IOException {
    FetchOutcome outcome =
        Bench.layout(Path.of(args[1])).fetch(Path.of(args[0]), RestoreMode.SHARED);
    System.out.println(outcome.reason() + ": " + outcome.message());
  }
}
