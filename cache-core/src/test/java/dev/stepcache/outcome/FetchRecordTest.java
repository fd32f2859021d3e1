package dev.stepcache.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.Golden;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.LockFile;
import dev.stepcache.key.Scope;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchRecordTest {
  private static final FetchRecord RECORD =
      new FetchRecord(
          Optional.of(new CacheKey("ab".repeat(32))),
          Optional.of(
              new KeyRecipe(
                  "oci://h/n:{{hash}}",
                  Optional.of("linux/amd64"),
                  List.of(),
                  List.of(new LockFile("go.sum", 3, "0".repeat(64))))),
          Reason.FALLBACK,
          Optional.of(
              new FetchRecord.Restored(
                  StoreReference.parse("oci://h/n@" + Digest.of(new byte[1])),
                  Digest.of(new byte[1]),
                  1234,
                  "latest")),
          Optional.of(Scope.of("feature/x")),
          List.of(
              new StoreFindings(
                  StoreReference.parse("oci://h/n:latest"),
                  Optional.of(Digest.of(new byte[0])),
                  new Findings(Set.of(Digest.of(new byte[2])), Set.of(Digest.of(new byte[3]))))),
          Optional.of(StoreReference.parse("oci://h/n:latest")),
          Instant.ofEpochMilli(1_700_000_000_123L));

  @TempDir Path folder;

  @Test
  void writesWhatTheFormatSays() throws IOException {
    Path file = FetchRecord.file(folder, "oci://h/n:{{hash}}", "/w/cache");

    RECORD.write(file);

    Golden.check("record.json", Files.readAllBytes(file));
    assertThat(FetchRecord.read(file)).contains(RECORD);
  }

  private static FetchRecord found(Findings findings) {
    return new FetchRecord(
        Optional.empty(),
        Optional.empty(),
        Reason.CORRUPT,
        Optional.empty(),
        Optional.empty(),
        List.of(new StoreFindings(StoreReference.parse("oci://h/n:x"), Optional.empty(), findings)),
        Optional.empty(),
        Instant.EPOCH);
  }

  private Findings findings(String target) {
    return StoreFindings.of(StoreReference.parse(target), FetchRecord.found(folder));
  }

  @Test
  void tellsAllUploadsOfAPodWhatAnyFetchFoundBroken() throws IOException {
    Digest one = Digest.of(new byte[1]);
    Digest two = Digest.of(new byte[2]);
    found(new Findings(Set.of(one), Set.of())).write(FetchRecord.file(folder, "t", "/w/cache"));
    found(new Findings(Set.of(), Set.of(two))).write(FetchRecord.file(folder, "u", "/w/other"));
    Files.writeString(folder.resolve(".stepcache/junk.json"), "junk");

    assertThat(findings("oci://h/other:y")).isEqualTo(new Findings(Set.of(one), Set.of(two)));
    assertThat(findings("oci://elsewhere/n:x")).isEqualTo(Findings.NONE);
    assertThat(findings("file:///n:x")).isEqualTo(Findings.NONE);
    assertThat(FetchRecord.found(folder.resolve("absent"))).isEmpty();
  }

  @Test
  void forgetsNothingThatIsBrokenAtALaterFetch() throws IOException {
    Digest one = Digest.of(new byte[1]);
    Path file = FetchRecord.file(folder, "t", "/w/cache");
    found(new Findings(Set.of(one), Set.of())).write(file);
    found(Findings.NONE).write(file);

    assertThat(findings("oci://h/n:x").broken()).containsExactly(one);
  }

  @Test
  void readsNothingThatIsNoFile() throws Exception {
    Path file = FetchRecord.file(folder, "t", "/w/cache");
    Files.createDirectories(file.getParent());
    new ProcessBuilder("mkfifo", file.toString()).start().waitFor();

    assertThat(FetchRecord.read(file)).isEmpty();
    assertThat(FetchRecord.found(folder)).isEmpty();
  }

  private static Optional<Duration> buildTime(Reason reason, Duration passed) {
    Instant ended = Instant.ofEpochSecond(1_700_000_000);
    return new FetchRecord(
            Optional.empty(),
            Optional.empty(),
            reason,
            reason == Reason.HIT ? RECORD.restored() : Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            ended)
        .buildTime(ended.plus(passed));
  }

  @Test
  void tellsHowLongTheBuildTookSinceWhereThatSaysSomething() {
    assertThat(buildTime(Reason.MISS, Duration.ofMillis(44_900))).contains(Duration.ofSeconds(44));
    assertThat(buildTime(Reason.HIT, Duration.ofSeconds(44))).isEmpty();
    assertThat(buildTime(Reason.MISS, Duration.ofMillis(900))).isEmpty();
    assertThat(buildTime(Reason.MISS, Duration.ofSeconds(-5))).isEmpty();
    assertThat(buildTime(Reason.MISS, Duration.ofDays(8))).isEmpty();
  }

  @Test
  void doesNotTellABuildsTimeWhereAnEarlierVersionLeftIt() throws IOException {
    Path file = Files.writeString(folder.resolve("record"), "{\"version\":1,\"reason\":\"miss\"}");

    assertThat(FetchRecord.read(file).orElseThrow().buildTime(Instant.now())).isEmpty();
  }

  @Test
  void isUnderstoodByReadersThatKnowLess() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("record"),
            "{\"version\":1,\"reason\":\"miss\",\"of a later version\":{\"x\":[1]}}");

    assertThat(FetchRecord.read(file)).isPresent();
  }

  @Test
  void canBeReplacedByAnyUser() throws IOException {
    Path file = FetchRecord.file(folder, "t", "/w/cache");
    RECORD.write(file);
    RECORD.write(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-rw-rw-");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwxrwxrwx");
    assertThat(file.getParent().toFile().list()).containsExactly(file.getFileName().toString());
  }

  @Test
  void isWrittenByAStepThatIsToEnd() throws IOException {
    Path file = FetchRecord.file(folder, "t", "/w/cache");
    Thread.currentThread().interrupt();

    RECORD.write(file);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(FetchRecord.read(file)).contains(RECORD);
  }

  @Test
  void liesElsewhereForAnotherTemplateOrCachePath() {
    Path file = FetchRecord.file(folder, "t", "/w/cache");

    assertThat(FetchRecord.file(folder, "u", "/w/cache")).isNotEqualTo(file);
    assertThat(FetchRecord.file(folder, "t", "/w/other")).isNotEqualTo(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"version\":2,\"reason\":\"hit\"}",
        "{\"version\":1,\"reason\":\"hit\",\"key\":\"$(rm -rf)\"}",
        "{\"version\":1,\"reason\":\"no such word\"}",
        "{\"version\":1,\"reason\":\"hit\",\"ref\":\"oci://h/n\",\"digest\":\"sha256:../..\"}",
        "{\"version\":1,\"reason\":\"hit\",\"ref\":\"h\",\"digest\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}"
      })
  void countsAsAbsentWhenItIsDamaged(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("record"), content);
    assertThat(FetchRecord.read(file)).isEmpty();
  }

  @Test
  void countsAsAbsentWhenItIsNotThere() {
    assertThat(FetchRecord.read(folder.resolve("absent"))).isEmpty();
  }
}
