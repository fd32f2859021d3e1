package dev.stepcache.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoBuildCacheTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @ValueSource(strings = {"01/%s-a", "01/%s-d", "cache/01/%s-d", "a/b/01/01/%s-a"})
  void knowsAnEntryAtAnyDepth(String name) {
    assertThat(GoBuildCache.isEntry(name.formatted(HASH))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s-a",
        "02/%s-a",
        "001/%s-a",
        "x01/%s-a",
        "01/%s-b",
        "01/%s-",
        "01/%s",
        "01/%s-a/program",
        "01/%s-axe",
        "01/x%s-a",
        "01/0%s-a",
        "/%s-a",
        "1/%s-a"
      })
  void takesNothingElseForOne(String name) {
    assertThat(GoBuildCache.isEntry(name.formatted(HASH))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"01/0123456789ABCDEF", "01/0123456789abcdeg", "01/0123456789abcde/"})
  void takesOnlyHexDigitsForAHash(String beginning) {
    assertThat(GoBuildCache.isEntry(beginning + HASH.substring(16) + "-a")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "01/trim.txt", "trim.txt", "README"})
  void takesNoOtherFileOfACacheForAnEntry(String name) {
    assertThat(GoBuildCache.isEntry(name)).isFalse();
  }
}
