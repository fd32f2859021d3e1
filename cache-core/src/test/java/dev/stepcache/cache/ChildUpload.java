package dev.stepcache.cache;

import dev.stepcache.outcome.UploadOutcome;
import java.io.IOException;
import java.nio.file.Path;

/** Uploads in a process of its own: cache path, store, and whether to skip what is unreadable. */
final class ChildUpload {
  private ChildUpload() {}

  public static void main(String[] args) throws IOException {
    Bench bench = Bench.layout(Path.of(args[1]));
    bench.rules =
        new SaveRules(1L << 40, false, Boolean.parseBoolean(args[2])).with(bench.rules.pruning());
    UploadOutcome outcome = bench.upload(Path.of(args[0]));
    System.out.println(outcome.reason() + ": " + outcome.message());
    outcome.saved().ifPresent(saved -> System.out.println(saved.digest()));
    bench.notices().forEach(System.out::println);
  }
}
