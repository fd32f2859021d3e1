package dev.stepcache.archive;

import java.util.HashMap;
import java.util.Map;

/**
 * The records of one pax header that say something of an entry (IEEE 1003.1, pax extended header).
 * All others, such as extended attributes, are skipped unread.
 */
final class PaxRecords {
  static final String PATH = "path";
  static final String LINKPATH = "linkpath";
  static final String SIZE = "size";
  static final String MTIME = "mtime";
  static final String SPARSE = "GNU.sparse.";
  static final String SPARSE_MAP = SPARSE + "map";
  private static final String SPARSE_OFFSET = SPARSE + "offset";
  private static final String SPARSE_LENGTH = SPARSE + "numbytes";

  private PaxRecords() {}

  /** Reads records: length in bytes, blank, keyword, equals sign, value, newline. */
  static Map<String, String> parse(byte[] bytes) throws CorruptArchiveException {
    Map<String, String> records = new HashMap<>();
    StringBuilder pieces = new StringBuilder();
    int at = 0;
    while (at < bytes.length) {
      int length = 0;
      int start = at;
      while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && at - start < 8) {
        length = length * 10 + bytes[at++] - '0';
      }
      int end = start + length;
      int equals = at;
      while (equals < bytes.length && bytes[equals] != '=') {
        equals++;
      }
      if (at == start
          || end > bytes.length
          || at >= bytes.length
          || bytes[at] != ' '
          || equals >= end
          || equals == at + 1
          || bytes[end - 1] != '\n') {
        throw new CorruptArchiveException("invalid pax record in tar");
      }
      String keyword = TarBlock.utf8(bytes, at + 1, equals);
      if (keyword.equals(SPARSE_OFFSET) || keyword.equals(SPARSE_LENGTH)) {
        pieces
            .append(pieces.isEmpty() ? "" : ",")
            .append(TarBlock.utf8(bytes, equals + 1, end - 1));
      } else if (keyword.equals(PATH)
          || keyword.equals(LINKPATH)
          || keyword.equals(SIZE)
          || keyword.equals(MTIME)
          || keyword.startsWith(SPARSE)) {
        records.put(keyword, TarBlock.utf8(bytes, equals + 1, end - 1));
      }
      at = end;
    }
    if (!pieces.isEmpty() && records.put(SPARSE_MAP, pieces.toString()) != null) {
      throw new CorruptArchiveException("a tar has a sparse file with two maps");
    }
    return records;
  }
}
