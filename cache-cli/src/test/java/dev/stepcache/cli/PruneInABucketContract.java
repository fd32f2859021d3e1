package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.s3.SharedS3;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** prune in a bucket of S3, whose blobs go too. */
abstract class PruneInABucketContract extends PruneContract {
  private BucketOfCaches bucket;

  abstract SharedS3 shared();

  @BeforeEach
  void makeTheBucket() throws IOException {
    bucket = BucketOfCaches.in(shared());
  }

  @Override
  Map<String, String> environment() {
    return bucket.environment(folder);
  }

  @Override
  String repository() {
    return bucket.repository();
  }

  @Test
  void freesBytesAsSoonAsTheyAreOldEnough() throws IOException {
    write("one", 100_000);
    save(repository(), FIRST.hex(), FIRST);
    Files.delete(folder.resolve("tree/one"));
    write("two", 200_000);
    save(repository(), SECOND.hex(), SECOND);

    Ran young = runInsecurely("prune", "--keep-last", "1", "--apply", "--yes", repository());

    assertThat(young.out()).containsPattern("and freed 0 bytes; \\d+ kB that nothing names are");

    Ran ran =
        runInsecurely(
            "prune", "--keep-last", "1", "--grace", "0s", "--apply", "--yes", repository());

    assertThat(ran.out()).containsPattern("and freed \\d+ kB");
    assertThat(runInsecurely("verify", repository() + ":" + SECOND.hex()).code()).isZero();
  }
}
