package dev.stepcache.usage;

import dev.stepcache.folder.Deletion;
import dev.stepcache.folder.FileAttributes;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.tree.AccessTime;
import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.OwnFolder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Whether a file system notes that a file was read, by a read and through a mapping, in a way that
 * lets us see it. Tried, and not known by its name: a mount may say {@code noatime}, a client on a
 * network keeps what it read to itself, and nobody knows all that a cluster may mount.
 */
final class AccessTimes {
  private static final int PRIVATE = 0600;

  private AccessTimes() {}

  /**
   * Whether all of some folders' file systems tell.
   *
   * @param ownFolders {@code .stepcache} of each cache path
   */
  static boolean tell(Collection<Path> ownFolders) {
    return ownFolders.stream().allMatch(AccessTimes::tellsIn);
  }

  private static boolean tellsIn(Path folder) {
    return movesWhen(folder, file -> file.read(ByteBuffer.allocate(1), 0))
        && movesWhen(folder, AccessTimes::readMapped);
  }

  @FunctionalInterface
  private interface Reading {
    int of(FileChannel file) throws IOException;
  }

  private static int readMapped(FileChannel file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment page = file.map(MapMode.READ_ONLY, 0, 1, arena);
      return page.get(ValueLayout.JAVA_BYTE, 0);
    }
  }

  /** Whether reading a file of ours moves the time of access that a restore would leave it with. */
  private static boolean movesWhen(Path folder, Reading reading) {
    byte[] name = OwnFolder.newStagingName().getBytes(StandardCharsets.UTF_8);
    try (OpenFolder ours = OpenFolder.of(folder)) {
      try {
        try (FileChannel made = ours.create(name, PRIVATE)) {
          made.write(ByteBuffer.wrap(new byte[1]));
        }
        Path path = folder.resolve(FileNames.path(name));
        long written = ours.stat(name).orElseThrow().mtime();
        FileAttributes.times(path, AccessTime.UNREAD, written);
        if (!isUnread(ours, name)) {
          return false;
        }
        try (FileChannel file = ours.open(name, false)) {
          int _ = reading.of(file);
        }
        return !isUnread(ours, name);
      } finally {
        Deletion.of(ours, name);
      }
    } catch (IOException | InternalError e) {
      // The error is what the JVM makes of a page that cannot be had.
      return false;
    }
  }

  private static boolean isUnread(OpenFolder folder, byte[] name) throws IOException {
    return folder.stat(name).orElseThrow().atime() == AccessTime.UNREAD;
  }
}
