package dev.stepcache.journal;

import dev.stepcache.folder.OpenFolder;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.syscall.Stat;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What was staged, so that it is known again after a commit that was interrupted: a 64-bit sum of
 * inode, size and time of last change for each file and symlink, in a file beside the staging
 * folder. Safe for use by several threads while it is written.
 */
public final class StagedList implements Closeable {
  private static final int BUFFER = 8 << 10;
  private static final int READABLE = 0644;

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private boolean closed;

  private StagedList(FileChannel file) {
    this.file = file;
  }

  /** The name of the list of a staging folder, beside it. */
  public static String name(String staging) {
    return staging + ".list";
  }

  /** Begins the list of a staging folder. */
  public static StagedList create(OpenFolder ours, String staging) throws IOException {
    return new StagedList(ours.create(bytes(staging), READABLE));
  }

  private static byte[] bytes(String staging) {
    return name(staging).getBytes(StandardCharsets.UTF_8);
  }

  /** Adds what was staged. */
  public synchronized void add(FileIdentity made) throws IOException {
    buffer.putLong(sum(made.inode(), made.size(), made.mtime()));
    if (!buffer.hasRemaining()) {
      flush();
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    buffer.clear();
  }

  /** Writes what is left; nothing may be added then. */
  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      try (file) {
        flush();
      }
    }
  }

  /** What was listed: 8 bytes for each. */
  public static final class Known {
    private final long[] sums;

    private Known(long[] sums) {
      this.sums = sums;
    }

    /** Whether this very file was staged, and has still the size and time that it got. */
    public boolean has(Stat stat) {
      return Arrays.binarySearch(sums, sum(stat.inode(), stat.size(), stat.mtime())) >= 0;
    }
  }

  /**
   * Reads the list of a staging folder.
   *
   * @throws java.nio.file.NoSuchFileException when it has none
   */
  public static Known read(OpenFolder ours, String staging) throws IOException {
    try (FileChannel file = ours.open(bytes(staging), false)) {
      long[] sums = new long[Math.toIntExact(file.size() / Long.BYTES)];
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      for (int at = 0; at < sums.length; ) {
        buffer.clear();
        buffer.limit(Math.min(BUFFER, (sums.length - at) * Long.BYTES));
        while (buffer.hasRemaining()) {
          if (file.read(buffer) < 0) {
            throw new EOFException(name(staging));
          }
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
          sums[at++] = buffer.getLong();
        }
      }
      Arrays.sort(sums);
      return new Known(sums);
    }
  }

  /** Mixed as the finaliser of MurmurHash3 does it. */
  private static long sum(long inode, long size, long mtime) {
    return mix(mix(mix(inode) ^ size) ^ mtime);
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
