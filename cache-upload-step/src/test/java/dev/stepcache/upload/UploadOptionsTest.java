package dev.stepcache.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.archive.Compression;
import dev.stepcache.cache.UploadRequest.When;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Platform;
import dev.stepcache.step.Parameter;
import dev.stepcache.step.UsageException;
import dev.stepcache.usage.Units;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadOptionsTest {
  private static final String KEY = "ab".repeat(32);

  private static UploadOptions read(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PARAM_TARGET", "oci://r.example:5000/ci/cache-go:{{hash}}");
    environment.put("PARAM_CACHE_PATH", "go-build-cache");
    for (int at = 0; at < more.length; at += 2) {
      environment.put(Parameter.variable(more[at]), more[at + 1]);
    }
    return UploadOptions.read(environment, List.of("--@PATTERNS", "**go.mod", "--@patterns"));
  }

  @Test
  void readsWhatIsNotGivenAsNothing() {
    UploadOptions options = read();

    assertThat(options.fetched()).isEmpty();
    assertThat(options.when()).isEqualTo(When.MISS);
    assertThat(options.key()).isEmpty();
    assertThat(options.rules().includeSecrets()).isFalse();
    assertThat(options.rules().skipUnreadable()).isFalse();
  }

  @Test
  void readsWhatIsToBeSavedAllTheSameOrLeftOut() {
    assertThat(read("INCLUDE_SECRETS", "true").rules().includeSecrets()).isTrue();
    assertThat(read("SKIP_UNREADABLE", "true").rules().skipUnreadable()).isTrue();
  }

  @Test
  void readsWhatFetchHandedOn() {
    UploadOptions options = read("FETCHED", "false", "KEY", KEY, "force-cache-upload", "true");

    assertThat(options.fetched()).contains(false);
    assertThat(options.key()).contains(new CacheKey(KEY));
    assertThat(options.when()).isEqualTo(When.ALWAYS);
  }

  @Test
  void readsSeveralTargets() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PARAM_CACHE_PATH", "/cache");
    List<String> args =
        List.of("--@PATTERNS", "x", "--@TARGETS", "file:///near:{{hash}}", "oci://h/n:{{hash}}");

    assertThat(UploadOptions.read(environment, args).step().templates()).hasSize(2);
    environment.put("PARAM_TARGET", "oci://h/n:{{hash}}");
    assertThatThrownBy(() -> UploadOptions.read(environment, args))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("TARGETS: TARGET is given as well");
  }

  @Test
  void readsWhenToSave() {
    assertThat(read("UPLOAD", "miss").when()).isEqualTo(When.MISS);
    assertThat(read("UPLOAD", "changed").when()).isEqualTo(When.CHANGED);
    assertThat(read("UPLOAD", "always", "FORCE_CACHE_UPLOAD", "false").when())
        .isEqualTo(When.ALWAYS);
    assertThat(read("UPLOAD", "always", "FORCE_CACHE_UPLOAD", "true").when())
        .isEqualTo(When.ALWAYS);
    assertThat(read("UPLOAD", "", "FORCE_CACHE_UPLOAD", "").when()).isEqualTo(When.MISS);
  }

  @Test
  void readsHowToCompress() {
    assertThat(read("COMPRESSION", "").compression()).isEqualTo(Compression.USUAL);
    assertThat(read("COMPRESSION", "usual").compression()).isEqualTo(Compression.USUAL);
    assertThat(read("COMPRESSION", "long").compression()).isEqualTo(Compression.LONG);
    assertThat(read("COMPRESSION", "gzip").compression()).isEqualTo(Compression.GZIP);
    assertThatThrownBy(() -> read("COMPRESSION", "19"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("COMPRESSION")
        .hasMessageContaining("usual")
        .hasMessageContaining("long");
  }

  @Test
  void readsAfterWhichTimeWhatNobodyUsesIsLeftOut() {
    assertThat(read("PRESET", "go").rules().pruning().after()).contains(Duration.ofDays(30));
    assertThat(read("PRESET", "go", "PRUNE_UNUSED_AFTER", "2w").rules().pruning().after())
        .contains(Duration.ofDays(14));
    for (String off : List.of("never", "0")) {
      assertThat(read("PRESET", "go", "PRUNE_UNUSED_AFTER", off).rules().pruning().after())
          .isEmpty();
    }
  }

  @Test
  void leavesOutNothingOfToolsWithWhichNobodyTriedIt() {
    Map<String, Units> units = new TreeMap<>();
    for (String word :
        List.of("go", "ko", "golangci-lint", "maven", "npm", "cargo", "pip", "pnpm")) {
      units.put(word, read("PRESET", word).rules().pruning().units());
    }

    assertThat(units)
        .isEqualTo(
            Map.of(
                "go",
                Units.GO,
                "ko",
                Units.GO,
                "golangci-lint",
                Units.GO,
                "maven",
                Units.MAVEN,
                "npm",
                Units.NPM,
                "cargo",
                Units.CARGO,
                "pip",
                Units.PIP,
                "pnpm",
                Units.NONE));
    assertThat(read().rules().pruning().units()).isEqualTo(Units.NONE);
    assertThat(read().asksForUnknownUnits()).isFalse();
    assertThat(read("PRESET", "pnpm").asksForUnknownUnits()).isFalse();
    assertThat(read("PRESET", "pnpm", "PRUNE_UNUSED_AFTER", "30d").asksForUnknownUnits()).isTrue();
    assertThat(read("PRUNE_UNUSED_AFTER", "never").asksForUnknownUnits()).isFalse();
  }

  @Test
  void believesNoFailedBuild() {
    UploadOptions options = read("PRESET", "go");

    assertThat(options.rulesAfter(true).pruning().built()).isTrue();
    assertThat(options.rulesAfter(false).pruning().built()).isFalse();
  }

  @Test
  void refusesToForceWhatIsToBeSavedAtTimesOnly() {
    for (String word : List.of("miss", "changed")) {
      assertThatThrownBy(() -> read("UPLOAD", word, "FORCE_CACHE_UPLOAD", "true"))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("UPLOAD")
          .hasMessageContaining("FORCE_CACHE_UPLOAD");
    }
  }

  @Test
  void readsTheRollingTag() {
    assertThat(read().rollingTag()).isEmpty();
    assertThat(read("ROLLING_TAG", "main").rollingTag()).contains("main");
    assertThat(read("ROLLING_TAG", "main-{{arch}}").rollingTag())
        .contains("main-" + Platform.current().architecture());
  }

  @Test
  void goesOnWithAWarningWhereAResultWasNeverWritten() {
    UploadOptions options =
        read(
            "fetched",
            "$(tasks.cached-fetch.results.fetched)",
            "KEY",
            "$(steps.cache-fetch.results.key)");

    assertThat(options.fetched()).isEmpty();
    assertThat(options.key()).isEmpty();
    assertThat(options.step().warnings())
        .hasSize(2)
        .anyMatch(warning -> warning.startsWith("fetched: "))
        .anyMatch(warning -> warning.startsWith("KEY: "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TARGET             | ''                 | is missing
          TARGET             | oci://h/n@sha256:0000000000000000000000000000000000000000000000000000000000000000 | digest
          TARGET             | s3://bucket        | s3://
          FETCHED            | yes                | "true" or "false"
          FORCE_CACHE_UPLOAD | $(params.x)        | $(params.x)
          force-cache-upload | $(params.x)        | $(params.x)
          FORCE_CACHE_UPLOAD | maybe              | "true" or "false"
          UPLOAD             | sometimes          | miss, changed and always
          INCLUDE_SECRETS    | no                 | "true" or "false"
          SKIP_UNREADABLE    | 1                  | "true" or "false"
          MAX_CACHE_SIZE     | 10GB               | 10Gi
          MAX_CACHE_SIZE     | 0                  | 10Gi
          EXPIRES_AFTER      | tomorrow           | 14d
          EXPIRES_AFTER      | 0d                 | 14d
          EXPIRES_AFTER      | P14D               | 14d
          PRUNE_UNUSED_AFTER | soon               | 30d
          PRUNE_UNUSED_AFTER | 12h                | 30d
          PRUNE_UNUSED_AFTER | -1d                | never
          ROLLING_TAG        | a b                | main
          ROLLING_TAG        | -main              | main
          ROLLING_TAG        | main-{{hash}}      | the same for each key
          ROLLING_TAG        | main-{{branch}}    | {{os}} and {{arch}}
          ROLLING_TAG        | 0000000000000000000000000000000000000000000000000000000000000000 | is a key
          ROLLING_TAG        | 00000000000000000000000000000000000000000000000000000000000000000 | 64
          MODE               | none               | read or read-write
          KEY                | latest             | result key
          """)
  void namesTheParamAndTheCure(String name, String value, String said) {
    assertThatThrownBy(() -> read(name, value))
        .isInstanceOf(UsageException.class)
        .message()
        .startsWith(name)
        .contains(said);
  }
}
