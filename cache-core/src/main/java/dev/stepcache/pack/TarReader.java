package dev.stepcache.pack;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.IllegalNameException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a tar of any tool: ustar with pax records, and GNU's long names and base-256 numbers.
 * Header checksums are verified, the end of the archive must be there, and what two readers could
 * understand differently is refused.
 */
final class TarReader {
  /** A name and a link of PATH_MAX each, with some room for other records. */
  private static final int LARGEST_EXTENSION = 1 << 20;

  private static final int LONGEST_TARGET = 4096;
  private static final long SECOND = 1_000_000_000L;
  private static final BigDecimal LARGEST_TIME = new BigDecimal(Long.MAX_VALUE / SECOND);

  private final InputStream in;
  private final byte[] block = new byte[TarHeader.BLOCK];
  private Map<String, String> global = Map.of();
  private long left;
  private long padding;

  TarReader(InputStream in) {
    this.in = in;
  }

  /** The next entry; empty at the end, when the whole archive has been read. */
  Optional<TarEntry> next() throws IOException {
    skip(left + padding);
    left = 0;
    padding = 0;
    Map<String, String> records = new HashMap<>(global);
    for (boolean extended = false; ; extended = true) {
      readFully(block, block.length);
      if (isZero(block, block.length)) {
        if (extended) {
          throw new CorruptArchiveException("a tar ends behind an extension");
        }
        readToEnd();
        return Optional.empty();
      }
      checkSum();
      char type = (char) (block[156] & 0xff);
      switch (type) {
        case 'x' -> records.putAll(paxRecords(number(124, 12)));
        case 'g' -> {
          global = paxRecords(number(124, 12));
          records.putAll(global);
        }
        case 'L' -> records.put("path", longName(number(124, 12)));
        case 'K' -> records.put("linkpath", longName(number(124, 12)));
        default -> {
          return Optional.of(entry(type, records));
        }
      }
    }
  }

  /** The content of the entry that {@link #next} returned last. */
  InputStream content() {
    return new Content();
  }

  private TarEntry entry(char type, Map<String, String> records) throws IOException {
    for (String record : records.keySet()) {
      if (record.startsWith("GNU.sparse.")) {
        throw new CorruptArchiveException("a tar with sparse entries is not understood");
      }
    }
    String path = records.containsKey("path") ? records.get("path") : headerName();
    long size = records.containsKey("size") ? decimal(records.get("size")) : number(124, 12);
    String link = records.containsKey("linkpath") ? records.get("linkpath") : text(157, 100);
    TarEntry.Type kind =
        switch (type) {
          case '0', '\0', '7' -> path.endsWith("/") ? TarEntry.Type.FOLDER : TarEntry.Type.FILE;
          case '1' -> TarEntry.Type.HARD_LINK;
          case '2' -> TarEntry.Type.SYMLINK;
          case '5' -> TarEntry.Type.FOLDER;
          case '3', '4', '6' -> TarEntry.Type.SPECIAL;
          default -> throw new CorruptArchiveException("a tar has an entry of type '" + type + "'");
        };
    if (size < 0) {
      throw new CorruptArchiveException("a tar has an entry of negative size");
    }
    // Readers differ on whether a size counts for anything but a file.
    if (kind != TarEntry.Type.FILE && size != 0) {
      throw new CorruptArchiveException("a tar has content behind what is no file");
    }
    left = size;
    padding = TarHeader.padded(size) - size;
    Optional<EntryName> name = name(path);
    if (name.isEmpty() && kind != TarEntry.Type.FOLDER) {
      throw new CorruptArchiveException("a tar has an entry for the root that is no folder");
    }
    return new TarEntry(
        kind, name, (int) (number(100, 8) & 0777), mtime(records), size, target(kind, link));
  }

  private static String target(TarEntry.Type kind, String link) throws CorruptArchiveException {
    return switch (kind) {
      case SYMLINK -> {
        if (link.isEmpty()
            || link.indexOf('\0') >= 0
            || link.getBytes(StandardCharsets.UTF_8).length >= LONGEST_TARGET) {
          throw new CorruptArchiveException("a tar has a symlink without a usable target");
        }
        yield link;
      }
      case HARD_LINK ->
          name(link)
              .orElseThrow(() -> new CorruptArchiveException("a tar has a hard link to its root"))
              .value();
      case FILE, FOLDER, SPECIAL -> "";
    };
  }

  /** A name without the {@code ./} before it and the slash behind it; empty for the root. */
  private static Optional<EntryName> name(String path) throws CorruptArchiveException {
    String name = path;
    while (name.startsWith("./")) {
      name = name.substring(2);
    }
    while (name.endsWith("/") && name.length() > 1) {
      name = name.substring(0, name.length() - 1);
    }
    if ((name.isEmpty() && !path.isEmpty()) || name.equals(".")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new EntryName(name));
    } catch (IllegalNameException e) {
      throw new CorruptArchiveException("a tar has a name that no entry may have: '" + path + "'");
    }
  }

  private String headerName() throws CorruptArchiveException {
    String name = text(0, 100);
    boolean ustar = block[257] == 'u' && block[262] == 0;
    String prefix = ustar ? text(345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private long mtime(Map<String, String> records) throws CorruptArchiveException {
    String pax = records.get("mtime");
    if (pax == null) {
      return clamp(new BigDecimal(number(136, 12)));
    }
    // A number of millions of digits would take for ever to scale (CVE-2023-42503).
    if (!pax.matches("-?[0-9]{1,19}(\\.[0-9]{0,40})?")) {
      throw new CorruptArchiveException("a tar has a time that is none: '" + pax + "'");
    }
    return clamp(new BigDecimal(pax));
  }

  private static long clamp(BigDecimal seconds) {
    return seconds
        .min(LARGEST_TIME)
        .max(LARGEST_TIME.negate())
        .movePointRight(9)
        .setScale(0, RoundingMode.FLOOR)
        .longValue();
  }

  private void checkSum() throws CorruptArchiveException {
    long expected = number(148, 8);
    long unsigned = 0;
    long signed = 0;
    for (int at = 0; at < block.length; at++) {
      byte b = at >= 148 && at < 156 ? (byte) ' ' : block[at];
      unsigned += b & 0xff;
      signed += b;
    }
    // Some old tools summed signed bytes.
    if (expected != unsigned && expected != signed) {
      throw new CorruptArchiveException("a tar has a header with a wrong checksum");
    }
  }

  private long number(int offset, int width) throws CorruptArchiveException {
    if ((block[offset] & 0x80) != 0) {
      return base256(offset, width);
    }
    long value = 0;
    boolean digits = false;
    for (int at = offset; at < offset + width; at++) {
      byte b = block[at];
      if (b >= '0' && b <= '7') {
        value = value << 3 | (b - '0');
        digits = true;
      } else if (b != ' ' || digits) {
        if (b != ' ' && b != 0) {
          throw new CorruptArchiveException("a tar has a number that is none");
        }
        break;
      }
    }
    return value;
  }

  private long base256(int offset, int width) throws CorruptArchiveException {
    boolean negative = (block[offset] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int at = offset; at < offset + width; at++) {
      int b = at == offset ? (block[at] & 0x3f) | (negative ? 0xc0 : 0) : block[at] & 0xff;
      if (value >> 55 != (negative ? -1 : 0)) {
        throw new CorruptArchiveException("a tar has a number that is too large");
      }
      value = value << 8 | b;
    }
    return value;
  }

  private static long decimal(String text) throws CorruptArchiveException {
    if (!text.matches("[0-9]{1,18}")) {
      throw new CorruptArchiveException("a tar has a size that is none: '" + text + "'");
    }
    return Long.parseLong(text);
  }

  private String text(int offset, int width) throws CorruptArchiveException {
    int end = offset;
    while (end < offset + width && block[end] != 0) {
      end++;
    }
    return utf8(Arrays.copyOfRange(block, offset, end));
  }

  private static String utf8(byte[] bytes) throws CorruptArchiveException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CorruptArchiveException(
          "a tar has a name that is no UTF-8: " + new String(bytes, StandardCharsets.ISO_8859_1));
    }
  }

  private String longName(long size) throws IOException {
    byte[] bytes = extension(size);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return utf8(Arrays.copyOf(bytes, end));
  }

  private byte[] extension(long size) throws IOException {
    if (size < 0 || size > LARGEST_EXTENSION) {
      throw new LimitException("a tar has a header extension of over " + LARGEST_EXTENSION);
    }
    byte[] bytes = new byte[(int) size];
    readFully(bytes, bytes.length);
    skip(TarHeader.padded(size) - size);
    return bytes;
  }

  private Map<String, String> paxRecords(long size) throws IOException {
    byte[] bytes = extension(size);
    Map<String, String> records = new HashMap<>();
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
          || bytes[end - 1] != '\n') {
        throw new CorruptArchiveException("a tar has a pax record that is none");
      }
      String keyword = utf8(Arrays.copyOfRange(bytes, at + 1, equals));
      // Of extended attributes and the like not even the bytes are looked at.
      if (keyword.equals("path")
          || keyword.equals("linkpath")
          || keyword.equals("size")
          || keyword.equals("mtime")
          || keyword.startsWith("GNU.sparse.")) {
        records.put(keyword, utf8(Arrays.copyOfRange(bytes, equals + 1, end - 1)));
      }
      at = end;
    }
    return records;
  }

  private void readToEnd() throws IOException {
    byte[] rest = new byte[1 << 13];
    for (int count = in.read(rest); count >= 0; count = in.read(rest)) {
      if (!isZero(rest, count)) {
        throw new CorruptArchiveException("a tar has something behind its end");
      }
    }
  }

  private static boolean isZero(byte[] bytes, int length) {
    for (int at = 0; at < length; at++) {
      if (bytes[at] != 0) {
        return false;
      }
    }
    return true;
  }

  private void readFully(byte[] bytes, int length) throws IOException {
    if (in.readNBytes(bytes, 0, length) < length) {
      throw new CorruptArchiveException("a tar ends too early");
    }
  }

  private void skip(long count) throws IOException {
    byte[] dropped = new byte[(int) Math.min(count, 1 << 16)];
    for (long rest = count; rest > 0; ) {
      int size = (int) Math.min(rest, dropped.length);
      readFully(dropped, size);
      rest -= size;
    }
  }

  /** The content, and not a byte more. */
  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(bytes, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new CorruptArchiveException("a tar ends in mid-file");
      }
      left -= count;
      return count;
    }
  }
}
