package dev.stepcache.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Reads the maps of GNU's sparse files: the old one in the header, and those of pax, versions 0.0,
 * 0.1 and 1.0 (GNU tar's manual, Storing Sparse Files).
 */
record SparseReader(InputStream in, TarBlock block) {
  private static final int IN_HEADER = 4;
  private static final int IN_BLOCK = 21;
  private static final int PIECE = 24;
  private static final int MOST_LINES = 1 << 20;

  /**
   * The map of an entry of type {@code S}, whose header is the block, and which may go on behind
   * it; the block is lost.
   */
  SparseMap old(boolean alsoPax) throws IOException {
    if (alsoPax || !block.has(257, "ustar  \0")) {
      throw new CorruptArchiveException("a tar has a sparse file of two kinds");
    }
    SparseMap map = new SparseMap(bounded(block.number(483, 12)));
    boolean more = block.character(482) != 0;
    pieces(map, 386, IN_HEADER);
    while (more) {
      if (in.readNBytes(block.bytes(), 0, TarHeader.BLOCK) < TarHeader.BLOCK) {
        throw new CorruptArchiveException("a tar ends too early");
      }
      more = block.character(504) != 0;
      pieces(map, 0, IN_BLOCK);
    }
    return map;
  }

  private void pieces(SparseMap map, int offset, int count) throws IOException {
    for (int at = offset; at < offset + count * PIECE; at += PIECE) {
      if (block.character(at + 12) == 0) {
        return;
      }
      map.add(block.number(at, 12), block.number(at + 12, 12));
    }
  }

  /** The map that records tell of; that of version 1.0 is read from the entry's content. */
  SparseMap pax(Map<String, String> records) throws IOException {
    String major = records.getOrDefault(PaxRecords.SPARSE + "major", "0");
    String minor = records.getOrDefault(PaxRecords.SPARSE + "minor", "0");
    boolean inContent = major.equals("1") && minor.equals("0");
    if (!inContent && !(major.equals("0") && (minor.equals("0") || minor.equals("1")))) {
      throw new CorruptArchiveException("a tar has a sparse file of an unknown version");
    }
    String size = records.get(PaxRecords.SPARSE + (inContent ? "realsize" : "size"));
    String map = records.get(PaxRecords.SPARSE_MAP);
    if (size == null || (map == null) != inContent) {
      throw new CorruptArchiveException("a tar has a sparse file without its size or map");
    }
    SparseMap pieces = new SparseMap(bounded(decimal(size)));
    if (map == null) {
      content(pieces);
      return pieces;
    }
    // Not split at once: a string for each of a million numbers would be many MiB.
    for (int at = 0; at <= map.length(); ) {
      int comma = map.indexOf(',', at);
      if (comma < 0) {
        throw new CorruptArchiveException("a tar has a sparse file with half a piece");
      }
      int next = map.indexOf(',', comma + 1);
      int end = next < 0 ? map.length() : next;
      pieces.add(decimal(map.substring(at, comma)), decimal(map.substring(comma + 1, end)));
      at = end + 1;
    }
    return pieces;
  }

  /** Lines of a number each: how many pieces, then offset and length of each; padded with zeros. */
  private void content(SparseMap map) throws IOException {
    Lines lines = new Lines();
    long count = lines.next();
    if (count > MOST_LINES) {
      throw LimitException.ofFormat("a tar has a sparse file of over " + MOST_LINES + " pieces");
    }
    for (long left = count; left > 0; left--) {
      map.add(lines.next(), lines.next());
    }
  }

  private final class Lines {
    private final byte[] bytes = new byte[TarHeader.BLOCK];
    private int at = TarHeader.BLOCK;

    long next() throws IOException {
      StringBuilder digits = new StringBuilder();
      while (true) {
        if (at == bytes.length) {
          if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
            throw new CorruptArchiveException("a tar has a sparse file whose map is cut");
          }
          at = 0;
        }
        char next = (char) (bytes[at++] & 0xff);
        if (next == '\n') {
          return decimal(digits.toString());
        }
        if (next < '0' || next > '9' || digits.append(next).length() > 18) {
          throw new CorruptArchiveException("invalid number in sparse file map of tar");
        }
      }
    }
  }

  private static long bounded(long size) throws CorruptArchiveException {
    if (size < 0) {
      throw new CorruptArchiveException("a tar has an entry of negative size");
    }
    return size;
  }

  /** A number of pax records: digits, and not too many of them. */
  static long decimal(String text) throws CorruptArchiveException {
    if (!text.matches("[0-9]{1,18}")) {
      throw new CorruptArchiveException("invalid number in pax record of tar: '" + text + "'");
    }
    return Long.parseLong(text);
  }
}
