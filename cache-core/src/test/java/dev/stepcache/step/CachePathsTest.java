package dev.stepcache.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachePathsTest {
  @TempDir Path folder;

  private CachePaths read(Map<String, String> environment, String... paths) {
    List<String> args = new ArrayList<>(List.of("--@CACHE_PATHS"));
    args.addAll(Arrays.asList(paths));
    Parameters parameters =
        Parameters.read(
            List.of(CachePaths.CACHE_PATH, CachePaths.CACHE_PATHS, ChosenPreset.PRESET),
            environment,
            args);
    return CachePaths.read(parameters, folder, Optional.empty());
  }

  private CachePaths read(String... paths) {
    return read(Map.of(), paths);
  }

  @Test
  void namesEachByItsLastComponentUnlessItIsTold() {
    CachePaths paths = read("/home/go/pkg/mod", "build=.cache/go-build", " a b = /x=y ", "/p/c=d");

    assertThat(paths.byName())
        .containsExactly(
            Map.entry("mod", Path.of("/home/go/pkg/mod")),
            Map.entry("build", folder.resolve(".cache/go-build")),
            Map.entry("a b", Path.of("/x=y")),
            Map.entry("c=d", Path.of("/p/c=d")));
    assertThat(paths.only()).isEmpty();
    assertThat(paths.contain(Path.of("/home/go/pkg/mod/cache"))).isTrue();
    assertThat(paths.contain(Path.of("/home/go/pkg/modules"))).isFalse();
  }

  @Test
  void takesOnePathAloneForTheOneThatCachePathNames() {
    CachePaths one = read(Map.of("PARAM_CACHE_PATH", "cache"));

    assertThat(read("cache")).isEqualTo(one);
    assertThat(one.only()).contains(folder.resolve("cache"));
    assertThat(one.identity()).isEqualTo(folder.resolve("cache").toString());
    assertThat(read("cache=cache").only()).isEmpty();
    assertThat(read("cache=cache").byName()).containsOnlyKeys("cache");
  }

  @Test
  void isTheSameInWhateverOrderTheyAreGiven() {
    assertThat(read("a=/x", "b=/y").identity()).isEqualTo("a=/x\0b=/y");
    assertThat(read("b=/y", "a=/x").identity()).isEqualTo("a=/x\0b=/y");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/x/a|/y/a|have the name 'a'|<name>=/y/a",
        "a=/x|a=/y|have the name 'a'|<name>=/y",
        "/x|/x/y|'/x/y' is or lies in '/x'|leave it out",
        "a=/x/y|b=/x|'/x/y' is or lies in '/x'|leave it out",
        "a=/x|b=/x/.|'/x' is or lies in '/x'|leave it out",
        "=/x|/y|'' cannot name|<name>=/x",
        "..=/x|/y|'..' cannot name|<name>=/x",
        ".stepcache=/x|/y|'.stepcache' cannot name|<name>=/x",
        "/x/.wh.a|/y|'.wh.a' cannot name|<name>=/x/.wh.a",
        "/x|a= |'a=' names no folder|write a=<path>",
        "/x|b=/|'/' cannot be a cache|name the folder",
        "a=~/x|/y|no shell expands it|write the whole path",
        "/x|a=$HOME/y|no shell expands it|write the whole path"
      })
  void refusesWhatIsWrongAndNamesTheCure(String one, String other, String wrong, String cure) {
    assertThatThrownBy(() -> read(one, other))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("CACHE_PATHS: ")
        .hasMessageContaining(wrong)
        .hasMessageContaining(cure);
  }

  @Test
  void refusesOneThatLiesInAnotherByALink() throws IOException {
    Files.createDirectories(folder.resolve("x/y"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("x"));

    assertThatThrownBy(() -> read("x", "link/y/new"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("lies in");
  }

  @Test
  void refusesAFileAndCachePathBesideIt() throws IOException {
    Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> read("file/x", "y"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "CACHE_PATHS: '"
                + folder.resolve("file")
                + "' is a file: name the folder that"
                + " the build fills");
    assertThatThrownBy(() -> read(Map.of("PARAM_cachePath", "x"), "y"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "CACHE_PATHS: CACHE_PATH is given as well: write all folders here, and leave it out");
    assertThatThrownBy(() -> read())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("CACHE_PATH is missing");
  }
}
