package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** prune in an OCI image layout, whose blobs go too. */
class PruneInAFolderTest extends PruneContract {
  @Override
  String repository() {
    return "file://" + folder.resolve("store");
  }

  private long stored() throws IOException {
    try (Stream<Path> blobs = Files.list(folder.resolve("store/blobs/sha256"))) {
      return blobs
          .mapToLong(blob -> {
            try {
              return Files.size(blob);
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          })
          .sum();
    }
  }

  @Test
  void freesBytesAsSoonAsTheyAreOldEnough() throws IOException {
    write("one", 100_000);
    save(repository(), FIRST.hex(), FIRST);
    Files.delete(folder.resolve("tree/one"));
    write("two", 200_000);
    save(repository(), SECOND.hex(), SECOND);
    long before = stored();

    Ran young = run("prune", "--keep-last", "1", "--apply", "--yes", repository());

    assertThat(young.out()).containsPattern("and freed 0 bytes; \\d+ kB that nothing names are");
    assertThat(stored()).isEqualTo(before);

    Ran ran = run("prune", "--keep-last", "1", "--grace", "0s", "--apply", "--yes", repository());

    assertThat(ran.out()).containsPattern("and freed \\d+ kB");
    assertThat(stored()).isLessThan(before - 100_000);
    assertThat(run("verify", repository() + ":" + SECOND.hex()).code()).isZero();
  }

  @Test
  void saysThatNothingIsThere() {
    Ran ran = run("prune", "--keep-last", "1", repository());

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).startsWith("stepcache: nothing is there: ").hasLineCount(1);
  }
}
