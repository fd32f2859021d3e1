package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.tree.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir Path cachePath;
  @TempDir Path spare;

  @Test
  void waitsBesideTheTree() throws IOException {
    Path ours = Files.createDirectory(cachePath.resolve(CacheFolder.OURS));

    try (Spool spool = Spool.of(new CacheFolder(cachePath), Optional.of(spare))) {
      assertThat(spool.folder().getParent()).isEqualTo(ours);
    }
  }

  @Test
  void waitsInTheSpareFolderWhereTheBuildsUserOwnsTheTree() throws IOException {
    // As for a stranger: nothing can be made in it.
    Files.createFile(cachePath.resolve(CacheFolder.OURS));

    Path made;
    try (Spool spool = Spool.of(new CacheFolder(cachePath), Optional.of(spare))) {
      made = spool.folder();
      assertThat(made.getParent()).isEqualTo(spare);
    }
    assertThat(made).doesNotExist();
  }

  @Test
  void waitsInTheTemporaryFolderAtLast() throws IOException {
    Files.createFile(cachePath.resolve(CacheFolder.OURS));

    try (Spool spool = Spool.of(new CacheFolder(cachePath), Optional.of(spare.resolve("none")))) {
      assertThat(spool.folder()).startsWith(Path.of(System.getProperty("java.io.tmpdir")));
      assertThat(spool.folder().getParent()).isNotEqualTo(spare);
    }
  }
}
