package dev.stepcache.plan;

import dev.stepcache.disk.ReadFiles;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry.FileEntry;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.function.LongConsumer;

/**
 * Reads files as a scan saw them: whoever gets all of a file's bytes and no exception has what was
 * there when it was scanned. Not for several threads.
 *
 * @param files of the cache path that was scanned
 * @param progress is told how many bytes were read, a piece at a time
 */
record ScannedFiles(ReadFiles files, LongConsumer progress, byte[] buffer) {
  private static final int BUFFER = 128 << 10;

  ScannedFiles(ReadFiles files, LongConsumer progress) {
    this(files, progress, new byte[BUFFER]);
  }

  /** For one file of a size: what is small needs no large buffer. */
  static ScannedFiles oneOf(ReadFiles files, LongConsumer progress, long size) {
    return new ScannedFiles(files, progress, new byte[Math.clamp(size, 1, BUFFER)]);
  }

  /** Takes a piece of a file; the array is used again. */
  interface PieceConsumer {
    void take(byte[] bytes, int length) throws IOException;
  }

  /**
   * Reads a file from its first to its last byte.
   *
   * @throws FileChangedException when it is not what the scan saw
   * @throws UnreadableFileException when it cannot be read
   */
  void read(FileEntry file, PieceConsumer consumer) throws IOException {
    long missing = file.size();
    try (ReadFiles.OpenFile in = files.open(file.name())) {
      while (missing > 0) {
        int count = readPiece(in, (int) Math.min(missing, buffer.length), file.name());
        if (count <= 0) {
          throw new FileChangedException(file.name());
        }
        consumer.take(buffer, count);
        progress.accept(count);
        missing -= count;
      }
      if (!in.isStill(file)) {
        throw new FileChangedException(file.name());
      }
    } catch (NoSuchFileException e) {
      throw new FileChangedException(file.name());
    } catch (FileSystemException e) {
      throw new UnreadableFileException(file.name(), e);
    }
  }

  /** Reading is told apart from writing, which may fail as well. */
  private int readPiece(ReadFiles.OpenFile in, int length, EntryName name)
      throws UnreadableFileException {
    try {
      return in.read(buffer, length);
    } catch (IOException e) {
      throw new UnreadableFileException(name, e);
    }
  }
}
