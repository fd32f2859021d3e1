package dev.stepcache.archive;

import dev.stepcache.io.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Where the pieces of a sparse file lie, all else of which is zeros (GNU tar's manual, Storing
 * Sparse Files). Pieces come in order, do not overlap, and end within the file.
 */
final class SparseMap {
  /** A bound on what an archive can make us hold: 4 MiB of map. */
  private static final int MOST_PIECES = 1 << 18;

  private final long size;
  private long[] offsets = new long[8];
  private long[] lengths = new long[8];
  private int count;
  private long end;
  private long stored;

  /**
   * @param size of the whole file
   */
  SparseMap(long size) {
    this.size = size;
  }

  long size() {
    return size;
  }

  void add(long offset, long length) throws IOException {
    if (offset < end || length < 0 || length > size - offset) {
      throw new CorruptArchiveException("a tar has a sparse file whose pieces are out of order");
    }
    if (count == MOST_PIECES) {
      throw LimitException.ofFormat("a tar has a sparse file of over " + MOST_PIECES + " pieces");
    }
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    offsets[count] = offset;
    lengths[count++] = length;
    end = offset + length;
    stored += length;
  }

  /** Holds that the archive has as much content as the pieces have. */
  void check(long content) throws CorruptArchiveException {
    if (content != stored) {
      throw new CorruptArchiveException("a tar has a sparse file with other content than its map");
    }
  }

  /** The whole file, of what is stored of it. */
  InputStream expand(InputStream pieces) {
    return new Expanded(pieces);
  }

  private final class Expanded extends BulkInputStream {
    private final InputStream pieces;
    private long at;
    private int piece;

    Expanded(InputStream pieces) {
      this.pieces = pieces;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      while (piece < count && at == offsets[piece] + lengths[piece]) {
        piece++;
      }
      long next = piece < count ? offsets[piece] : size;
      if (at < next) {
        int zeros = (int) Math.min(length, next - at);
        Arrays.fill(bytes, offset, offset + zeros, (byte) 0);
        at += zeros;
        return zeros;
      }
      if (piece == count) {
        return length == 0 ? 0 : -1;
      }
      int most = (int) Math.min(length, next + lengths[piece] - at);
      int read = pieces.read(bytes, offset, most);
      at += Math.max(0, read);
      return read;
    }
  }
}
