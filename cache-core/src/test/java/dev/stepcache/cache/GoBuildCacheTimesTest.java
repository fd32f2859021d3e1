package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.RestoreMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Go removes from its build cache what was not used for five days, and notes a use where an entry's
 * time is an hour old.
 */
class GoBuildCacheTimesTest extends OddTree {
  private static final Instant SAVED = Instant.now().minus(Duration.ofDays(8));
  private static final String HASH = "ab".repeat(32);
  private static final String ACTION = "cache/ab/" + HASH + "-a";
  private static final String OUTPUT = "cache/ab/" + HASH + "-d";
  private static final String PROGRAMS = "cache/cd/" + "cd".repeat(32) + "-d";
  private static final String PROGRAM = PROGRAMS + "/tool";
  private static final String OTHER = "cache/trim.txt";

  private Digest image;

  @BeforeEach
  void saveACacheOfEightDays() throws IOException {
    for (String name : new String[] {ACTION, OUTPUT, PROGRAM, OTHER}) {
      write(name, name);
    }
    for (String name :
        new String[] {ACTION, OUTPUT, PROGRAM, OTHER, PROGRAMS, "cache/ab", "cache/cd", "cache"}) {
      date(tree, name, SAVED);
    }
    image = digest(bench.upload(tree));
  }

  private static Digest digest(UploadOutcome outcome) {
    return outcome.saved().orElseThrow().digest();
  }

  private static void date(Path root, String name, Instant time) throws IOException {
    Files.setLastModifiedTime(root.resolve(name), FileTime.from(time));
  }

  private static Duration age(Path root, String name) throws IOException {
    Instant time = Files.getLastModifiedTime(root.resolve(name)).toInstant();
    return Duration.between(time, Instant.now());
  }

  @Test
  void comesBackWithTimesAtWhichGoRemovesNothingAndNotesEachUse() throws IOException {
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);

    for (String name : new String[] {ACTION, OUTPUT, PROGRAMS}) {
      assertThat(age(restored, name))
          .as(name)
          .isBetween(Duration.ofHours(2).minusSeconds(1), Duration.ofHours(3));
    }
    for (String name : new String[] {PROGRAM, OTHER, "cache/ab", "cache"}) {
      assertThat(Files.getLastModifiedTime(restored.resolve(name)))
          .as(name)
          .isEqualTo(Files.getLastModifiedTime(tree.resolve(name)));
    }
  }

  @Test
  void comesBackExactlyAsItWasWhereThatIsAskedFor() throws IOException {
    bench.fetch(restored, RestoreMode.PRESERVE);

    for (String name : new String[] {ACTION, OUTPUT, PROGRAMS, PROGRAM, OTHER}) {
      assertThat(Files.getLastModifiedTime(restored.resolve(name)))
          .as(name)
          .isEqualTo(Files.getLastModifiedTime(tree.resolve(name)));
    }
  }

  @Test
  void isUnchangedAfterARestoreAndAfterUses() throws IOException {
    bench.fetch(restored, RestoreMode.SHARED);
    assertThat(upload(UploadRequest.When.CHANGED).reason()).isEqualTo(Reason.UNCHANGED);

    for (String name : new String[] {ACTION, OUTPUT, PROGRAMS}) {
      date(restored, name, Instant.now());
    }

    assertThat(upload(UploadRequest.When.CHANGED).reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(upload(UploadRequest.When.ALWAYS).reason()).isEqualTo(Reason.UNCHANGED);
  }

  @Test
  void keepsTheTimesThatWereSavedThroughSavesOfOtherThings() throws IOException {
    bench.fetch(restored, RestoreMode.SHARED);
    date(restored, OUTPUT, Instant.now());
    Files.writeString(restored.resolve("cache/new"), "new");
    assertThat(upload(UploadRequest.When.CHANGED).reason()).isEqualTo(Reason.SAVED);
    Files.delete(restored.resolve("cache/new"));
    date(restored, "cache", SAVED);
    assertThat(upload(UploadRequest.When.ALWAYS).reason()).isEqualTo(Reason.SAVED);
    Path again = folder.resolve("again");

    bench.fetch(again, RestoreMode.PRESERVE);

    for (String name : new String[] {ACTION, OUTPUT, PROGRAMS, PROGRAM, OTHER}) {
      assertThat(Files.getLastModifiedTime(again.resolve(name)))
          .as(name)
          .isEqualTo(Files.getLastModifiedTime(tree.resolve(name)));
    }
  }

  @Test
  void isUnchangedWhereItsTimeIsTheBeginningOfTime() throws IOException {
    date(tree, ACTION, Instant.EPOCH);
    image = digest(bench.upload(tree, UploadRequest.When.ALWAYS, Optional.empty()));
    bench.fetch(restored, RestoreMode.SHARED);
    date(restored, ACTION, Instant.now());

    UploadOutcome outcome = upload(UploadRequest.When.ALWAYS);

    assertThat(outcome.reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(digest(outcome)).isEqualTo(image);
  }

  @Test
  void isDatedAnewByTheNextRestore() throws IOException {
    bench.fetch(restored, RestoreMode.SHARED);
    date(restored, ACTION, Instant.now().minus(Duration.ofDays(6)));

    bench.fetch(restored, RestoreMode.SHARED);

    assertThat(age(restored, ACTION)).isLessThan(Duration.ofHours(3));
  }

  @Test
  void isSavedWithItsOwnTimeWhereItsContentIsAnother() throws IOException {
    bench.fetch(restored, RestoreMode.SHARED);
    Files.writeString(restored.resolve(ACTION), "x".repeat(ACTION.length()));
    Instant written = Instant.now().minusSeconds(5);
    date(restored, ACTION, written);

    UploadOutcome outcome = upload(UploadRequest.When.CHANGED);

    assertThat(outcome.reason()).isEqualTo(Reason.SAVED);
    assertThat(digest(outcome)).isNotEqualTo(image);
    Path again = folder.resolve("again");
    bench.fetch(again, RestoreMode.PRESERVE);
    assertThat(Files.getLastModifiedTime(again.resolve(ACTION)).toInstant()).isEqualTo(written);
  }

  private UploadOutcome upload(UploadRequest.When when) {
    return bench.upload(restored, when, Optional.empty());
  }
}
