package dev.stepcache.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LockFilePatternsTest {
  @TempDir Path folder;

  @BeforeEach
  void makeSources() throws IOException {
    for (String name :
        List.of(
            "go.mod",
            "go.sum",
            "foogo.mod",
            "web/go.mod",
            "web/app/go.mod",
            "web/app/deep/er/go.sum",
            "web/package.json",
            "build.gradle",
            "gradle/libs.gradle.kts",
            "a/b",
            "a/x/y/b",
            "a/xb",
            "vendor/go.mod",
            "target/go.mod",
            "build/go.mod",
            ".env",
            "[x].txt",
            "dir/one",
            "dir/sub/two",
            ".git/go.mod",
            "web/.hg/go.mod",
            "node_modules/go.mod",
            "node_modules/.package-lock.json",
            "web/node_modules/go.mod",
            "web/node_modules/.package-lock.json",
            ".gradle/go.mod",
            ".m2/go.mod",
            ".venv/go.mod",
            ".tox/go.mod",
            "__pycache__/go.mod",
            "CVS/go.mod",
            "cache/mod/go.mod")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
    Files.createDirectories(folder.resolve("folder.gradle/go.sum"));
  }

  private List<String> matches(String patterns) throws IOException {
    return computed(patterns).recipe().files().stream().map(LockFile::name).toList();
  }

  private KeyInputs.Computed computed(String patterns) throws IOException {
    return new KeyInputs(
            folder,
            LockFilePatterns.parse(List.of(patterns.split(" "))),
            Set.of(folder.resolve("cache"), folder.resolve("absent")),
            "t",
            Optional.empty(),
            List.of())
        .compute();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          go.mod                      | go.mod
          ./go.mod                    | go.mod
          .//.//go.mod                | go.mod
          go.mo?                      | go.mod
          **go.mod                    | build/go.mod go.mod target/go.mod vendor/go.mod web/app/go.mod web/go.mod
          **/go.mod                   | build/go.mod go.mod target/go.mod vendor/go.mod web/app/go.mod web/go.mod
          **/**/go.mod                | build/go.mod go.mod target/go.mod vendor/go.mod web/app/go.mod web/go.mod
          **go.sum                    | go.sum web/app/deep/er/go.sum
          web/**                      | web/app/deep/er/go.sum web/app/go.mod web/go.mod web/package.json
          web/*                       | web/go.mod web/package.json
          web/**/go.mod               | web/app/go.mod web/go.mod
          web/**go.mod                | web/app/go.mod web/go.mod
          */go.mod                    | build/go.mod target/go.mod vendor/go.mod web/go.mod
          **/*.gradle*                | build.gradle gradle/libs.gradle.kts
          a/**/b                      | a/b a/x/y/b
          a/*b                        | a/b a/xb
          {go,build}.{mod,gradle}     | build.gradle go.mod
          g[o].[!s]*                  | go.mod
          g[n-p].[^m]*                | go.sum
          [[]x[]].txt                 | [x].txt
          \\[x\\].txt                 | [x].txt
          .*                          | .env
          node_modules/.package-lock.json     | node_modules/.package-lock.json
          node_modules/**                     | node_modules/.package-lock.json node_modules/go.mod
          web/node_modules/*.json             | web/node_modules/.package-lock.json
          **/.package-lock.json node_modules/go.mod | node_modules/go.mod
          cache/mod/go.mod            | cache/mod/go.mod
          **go.mod !vendor/** !web/   | build/go.mod go.mod target/go.mod
          !web !vendor **go.mod       | build/go.mod go.mod target/go.mod
          **go.mod !**/app/*          | build/go.mod go.mod target/go.mod vendor/go.mod web/go.mod
          **go.mod !go.mod            | build/go.mod target/go.mod vendor/go.mod web/app/go.mod web/go.mod
          go.sum dir/**               | dir/one dir/sub/two go.sum
          go.sum go.sum **go.sum !**/er/go.sum | go.sum
          """)
  void matchesNamesBelowTheWorkingDirectory(String patterns, String names) throws IOException {
    assertThat(matches(patterns.replace("\\\\", "\\"))).containsExactly(names.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dir", "dir/", "go.mod/", "dir/*/", "*.absent", "GO.MOD", "app/go.mod"})
  void takesInNoFileAndDoesNotFail(String pattern) throws IOException {
    KeyInputs.Computed computed = computed(pattern + " go.sum");

    assertThat(computed.recipe().files()).extracting(LockFile::name).containsExactly("go.sum");
    assertThat(computed.unmatchedPatterns()).containsExactly(pattern);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /go.mod        | absolute
          !/go.mod       | absolute
          ../go.mod      | '..'
          web/../go.mod  | '..'
          go.[mod        | ']'
          go.{mod        | '}'
          {a/b}          | '}'
          go.mod}        | '{'
          [z-a]          | brackets
          !              | nothing
          ./             | nothing
          !go.mod        | takes files out
          """)
  void refusesAPatternAndNamesIt(String pattern, String why) {
    assertThatThrownBy(() -> LockFilePatterns.parse(List.of(pattern)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + pattern + "'")
        .hasMessageContaining(why);
  }

  @Test
  void dropsBlankPatterns() {
    assertThat(LockFilePatterns.parse(List.of("", " go.mod ", "\t")).patterns())
        .containsExactly("go.mod");
    assertThat(LockFilePatterns.parse(List.of("", " ")).isEmpty()).isTrue();
  }
}
