package dev.stepcache.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.Golden;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.LockFile;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
                  1234)),
          Optional.of(Digest.of(new byte[0])),
          new Findings(Set.of(Digest.of(new byte[2])), Set.of(Digest.of(new byte[3]))),
          true);

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
        findings,
        false);
  }

  @Test
  void tellsAllUploadsOfAPodWhatAnyFetchFoundBroken() throws IOException {
    Digest one = Digest.of(new byte[1]);
    Digest two = Digest.of(new byte[2]);
    found(new Findings(Set.of(one), Set.of())).write(FetchRecord.file(folder, "t", "/w/cache"));
    found(new Findings(Set.of(), Set.of(two))).write(FetchRecord.file(folder, "u", "/w/other"));
    Files.writeString(folder.resolve(".stepcache/junk.json"), "junk");

    assertThat(FetchRecord.findings(folder)).isEqualTo(new Findings(Set.of(one), Set.of(two)));
    assertThat(FetchRecord.findings(folder.resolve("absent"))).isEqualTo(Findings.NONE);
  }

  @Test
  void forgetsNothingThatIsBrokenAtALaterFetch() throws IOException {
    Digest one = Digest.of(new byte[1]);
    Path file = FetchRecord.file(folder, "t", "/w/cache");
    found(new Findings(Set.of(one), Set.of())).write(file);
    found(Findings.NONE).write(file);

    assertThat(FetchRecord.findings(folder).wrong()).containsExactly(one);
  }

  @Test
  void readsNothingThatIsNoFile() throws Exception {
    Path file = FetchRecord.file(folder, "t", "/w/cache");
    Files.createDirectories(file.getParent());
    new ProcessBuilder("mkfifo", file.toString()).start().waitFor();

    assertThat(FetchRecord.read(file)).isEmpty();
    assertThat(FetchRecord.findings(folder)).isEqualTo(Findings.NONE);
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
