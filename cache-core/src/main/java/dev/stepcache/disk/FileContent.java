package dev.stepcache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes new files, with holes where there are long runs of zeros. */
final class FileContent {
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private FileContent() {}

  /** Makes a file, which only its owner may read, with the next bytes of its content. */
  static void write(Path path, ContentSource content, long size, FreeSpace space)
      throws IOException {
    try (FileChannel file = FileChannel.open(path, NEW, PRIVATE)) {
      for (long at = 0; at < size; ) {
        int length = (int) Math.min(size - at, ContentSource.LONGEST);
        int start = content.next(length);
        byte[] bytes = content.bytes();
        long offset = at - start;
        Holes.write(
            bytes,
            start,
            length,
            (from, to) ->
                space.write(to - from, () -> writeFully(file, offset + from, bytes, from, to)));
        at += length;
      }
      if (file.size() < size) {
        // The one way of the JDK to lengthen an open file: the end of an empty mapping.
        file.map(MapMode.READ_WRITE, size, 0);
      }
    }
  }

  private static void writeFully(FileChannel file, long offset, byte[] buffer, int from, int to)
      throws IOException {
    long at = offset;
    ByteBuffer left = ByteBuffer.wrap(buffer, from, to - from);
    while (left.hasRemaining()) {
      at += file.write(left, at);
    }
  }
}
