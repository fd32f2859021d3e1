package dev.stepcache.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.scan.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSizeTest {
  @TempDir Path tree;

  private void file(String name, int size) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[size]);
  }

  @Test
  void namesTheFoldersThatHaveMostOfTheBytesAndNotThoseAboveThem() throws IOException {
    file("mod/cache/download/a", 700);
    file("mod/cache/download/b/c", 200);
    file("mod/x@v1/f", 100);
    for (int at = 0; at < 20; at++) {
      file("cache/" + at + "/f", 30);
    }
    file("small/f", 1);
    file("at-the-top", 5000);

    assertThat(FolderSize.largest(TreeScan.of(tree)))
        .containsExactly(
            new FolderSize("mod/cache/download/a".replace("/a", ""), 900),
            new FolderSize("cache", 600),
            new FolderSize("small", 1));
  }

  @Test
  void countsAHardLinkOnceAndNamesFiveAtMost() throws IOException {
    for (int at = 0; at < 7; at++) {
      file(at + "/f", 10 + at);
    }
    Files.createLink(tree.resolve("6/g"), tree.resolve("6/f"));

    assertThat(FolderSize.largest(TreeScan.of(tree)))
        .extracting(FolderSize::name)
        .containsExactly("6", "5", "4", "3", "2");
    assertThat(FolderSize.largest(TreeScan.of(tree)).getFirst().bytes()).isEqualTo(16);
  }
}
