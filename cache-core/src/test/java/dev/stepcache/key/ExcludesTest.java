package dev.stepcache.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExcludesTest {
  @ParameterizedTest
  @CsvSource({
    "*.lock,        a.lock,              true",
    "*.lock,        deep/down/a.lock,    true",
    "*.lock,        a.lock/below,        true",
    "*.lock,        a.locked,            false",
    "tmp,           mod/tmp/x/y,         true",
    "tmp,           mod/tmpx,            false",
    "tmp/,          mod/tmp/x,           true",
    "tmp/,          mod/tmp,             false",
    "/tmp,          tmp/x,               true",
    "/tmp,          mod/tmp/x,           false",
    "mod/cache/vcs, mod/cache/vcs/a,     true",
    "mod/cache/vcs, x/mod/cache/vcs/a,   false",
    "**/vcs/*.idx,  mod/cache/vcs/a.idx, true",
    "mod/**,        mod/a,               true",
    "mod/**,        model/a,             false",
    "target/*/incremental, target/debug/incremental/x, true"
  })
  void takeOutNamesAtEveryLevelAndPathsFromTheTop(String pattern, String name, boolean out) {
    assertThat(Excludes.parse(List.of("else", pattern)).match(name, false)).isEqualTo(out);
  }

  @Test
  void takeOutTheFolderItself() {
    assertThat(Excludes.parse(List.of("tmp/")).match("a/tmp", true)).isTrue();
    assertThat(Excludes.parse(List.of("mod/**")).match("mod", true)).isTrue();
    assertThat(Excludes.NONE.match("a", false)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"!x", "../x", "/", "a/../b", "[a"})
  void areRefusedWhenTheyAreNoPatterns(String pattern) {
    assertThatThrownBy(() -> Excludes.parse(List.of(pattern)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pattern '");
  }
}
