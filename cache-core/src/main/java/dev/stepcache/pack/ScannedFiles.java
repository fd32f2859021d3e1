package dev.stepcache.pack;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry.FileEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Reads files as a scan saw them: whoever gets all of a file's bytes and no exception has what was
 * there when it was scanned. Not for several threads.
 *
 * @param root the cache path that was scanned
 * @param progress is told how many bytes were read, a piece at a time
 */
record ScannedFiles(Path root, LongConsumer progress, byte[] buffer) {
  private static final int BUFFER = 128 << 10;

  ScannedFiles(Path root, LongConsumer progress) {
    this(root, progress, new byte[BUFFER]);
  }

  /** Takes a piece of a file; the array is used again. */
  interface Sink {
    void take(byte[] bytes, int length) throws IOException;
  }

  /**
   * Reads a file from its first to its last byte.
   *
   * @throws FileChangedException when it is not what the scan saw
   * @throws UnreadableFileException when it cannot be read
   */
  void read(FileEntry file, Sink sink) throws IOException {
    Path path = file.name().under(root);
    long missing = file.size();
    try (InputStream in =
        Files.newInputStream(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      while (missing > 0) {
        int count = read(in, (int) Math.min(missing, buffer.length), file.name());
        if (count < 0) {
          throw new FileChangedException(file.name());
        }
        sink.take(buffer, count);
        progress.accept(count);
        missing -= count;
      }
      if (read(in, 1, file.name()) >= 0) {
        throw new FileChangedException(file.name());
      }
    } catch (NoSuchFileException e) {
      throw new FileChangedException(file.name());
    } catch (FileSystemException e) {
      throw new UnreadableFileException(file.name(), e);
    }
    if (!isAsScanned(path, file)) {
      throw new FileChangedException(file.name());
    }
  }

  /** Reading is told apart from writing, which may fail as well. */
  private int read(InputStream in, int length, EntryName name) throws UnreadableFileException {
    try {
      return in.read(buffer, 0, length);
    } catch (IOException e) {
      throw new UnreadableFileException(name, e);
    }
  }

  private static boolean isAsScanned(Path path, FileEntry file) throws IOException {
    try {
      return ((FileTime) Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS))
              .to(TimeUnit.NANOSECONDS)
          == file.ctime();
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
