package dev.stepcache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealPathTest {
  private Path folder;

  @BeforeEach
  void begin(@TempDir Path temporary) throws IOException {
    folder = temporary.toRealPath();
  }

  @Test
  void followsLinksAsFarAsThereIsSomethingAndKeepsTheNamesBehind() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), there);

    assertThat(RealPath.of(link.resolve("a/../b/c"))).isEqualTo(there.resolve("b/c"));
  }

  @Test
  void followsALinkToWhereSomethingWillBe() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("later/on"));

    assertThat(RealPath.of(link.resolve("a"))).isEqualTo(folder.resolve("later/on/a"));
  }

  @Test
  void endsWhereLinksLeadInACircle() throws IOException {
    Path one = folder.resolve("one");
    Path other = Files.createSymbolicLink(folder.resolve("other"), one);
    Files.createSymbolicLink(one, other);

    assertThat(RealPath.of(one.resolve("a"))).startsWithRaw(folder).endsWithRaw(Path.of("a"));
  }
}
