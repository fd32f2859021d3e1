package dev.stepcache.restore;

import dev.stepcache.disk.ContentSource;
import dev.stepcache.tree.EntryName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Short words to stage entries with. */
final class StagedTree {
  static final long TIME = 1_600_000_000_123_456_789L;

  private StagedTree() {}

  static void file(Stage staging, String name, String content) throws IOException {
    file(staging, name, content.getBytes(StandardCharsets.UTF_8), 0644, TIME);
  }

  static void file(Stage staging, String name, byte[] content, int mode, long mtime)
      throws IOException {
    staging.file(
        new EntryName(name),
        ContentSource.of(new ByteArrayInputStream(content)),
        content.length,
        mode,
        mtime);
  }

  static void folder(Stage staging, String name, int mode) throws IOException {
    staging.folder(new EntryName(name), mode, TIME);
  }
}
