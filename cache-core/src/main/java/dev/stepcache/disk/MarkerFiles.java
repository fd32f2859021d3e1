package dev.stepcache.disk;

import dev.stepcache.tree.MarkerFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Marker files of ours on the disk. */
public final class MarkerFiles {
  private MarkerFiles() {}

  /**
   * Whether a name in a folder is a marker file; no link is followed, and what cannot be read is
   * none.
   */
  public static boolean isOne(Path folder, String name) {
    Optional<MarkerFile> marker = MarkerFile.named(name);
    return marker.isPresent() && isAt(folder.resolve(name), marker.get());
  }

  private static boolean isAt(Path file, MarkerFile marker) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return marker.isContent(content.readNBytes(marker.size() + 1));
    } catch (IOException e) {
      return false;
    }
  }
}
