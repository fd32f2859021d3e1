package dev.stepcache.folder;

import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.OwnFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

/**
 * Files of ours in folders that others may write to: none is opened through a link that somebody
 * put in its place, or in that of its folder, and none is waited for.
 */
public final class OwnFile {
  private OwnFile() {}

  private static OpenFolder folder(Path file) throws IOException {
    return OpenFolder.of(Objects.requireNonNull(file.toAbsolutePath().getParent()));
  }

  private static byte[] name(Path file) {
    return FileNames.bytes(Objects.requireNonNull(file.getFileName()));
  }

  /**
   * Opens a file for reading.
   *
   * @throws java.nio.file.NoSuchFileException when nothing has that name
   * @throws IOException when it is no file, but a link, a fifo or a folder
   */
  public static FileChannel open(Path file) throws IOException {
    try (OpenFolder folder = folder(file)) {
      return folder.open(name(file), false);
    }
  }

  /** The ctime of a file made now in a folder of ours. */
  public static long now(Path ours) throws IOException {
    try (OpenFolder folder = OpenFolder.of(ours)) {
      return NewFileTime.now(folder, OwnFolder.newStagingName().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Removes a file; nothing there is no error. */
  public static void remove(Path file) throws IOException {
    try (OpenFolder folder = folder(file)) {
      Deletion.of(folder, name(file));
    }
  }

  /** A file that is written beside the one whose place it takes: whole, or not at all. */
  public static final class Replacement implements Closeable {
    private final OpenFolder folder;
    private final byte[] name;
    private final byte[] temporary;
    private final FileChannel channel;

    /**
     * @param mode exactly, whatever the umask
     */
    public Replacement(Path file, int mode) throws IOException {
      this.folder = folder(file);
      this.name = name(file);
      this.temporary =
          (OwnFolder.STAGING_PREFIX + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
      boolean made = false;
      try {
        this.channel = folder.create(temporary, mode);
        made = true;
      } finally {
        if (!made) {
          folder.close();
        }
      }
    }

    /** The file that is written. */
    public FileChannel channel() {
      return channel;
    }

    /** Takes the place, with all that was written. */
    public void take() throws IOException {
      channel.close();
      folder.rename(temporary, folder, name);
    }

    @Override
    public void close() throws IOException {
      try (folder) {
        channel.close();
        Deletion.of(folder, temporary);
      }
    }
  }
}
