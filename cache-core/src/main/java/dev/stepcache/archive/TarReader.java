package dev.stepcache.archive;

import dev.stepcache.disk.ContentSource;
import dev.stepcache.io.BulkInputStream;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.IllegalNameException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a tar of any tool: ustar with pax records, and GNU's long names, base-256 numbers and
 * sparse files. Header checksums are verified, the end of the archive must be there, and what two
 * readers could understand differently is refused.
 */
public final class TarReader {
  /** A name and a link of PATH_MAX each, with some room for other records. */
  private static final int LARGEST_EXTENSION = 1 << 20;

  /** Between two entries. Tools write one; each costs a reader time, and an attacker nothing. */
  private static final int MOST_EXTENSIONS = 16;

  /** Tapes pad an archive to their records, which are some KiB. */
  private static final int LARGEST_END = 8 << 20;

  private static final long LARGEST_SIZE = 1L << 60;

  /** What eleven octal digits can say: a larger size stands in a record alone. */
  private static final long LARGEST_OCTAL = 0_77777777777L;

  private static final char PAX = 'x';
  private static final char GLOBAL = 'g';
  private static final char LONG_NAME = 'L';
  private static final char LONG_LINK = 'K';
  private static final char OLD_SPARSE = 'S';

  /** GNU's name of the whole archive. */
  private static final char LABEL = 'V';

  private static final String EXTENSIONS = "" + PAX + GLOBAL + LONG_NAME + LONG_LINK + LABEL;

  private static final int LONGEST_TARGET = 4096;
  private static final long SECOND = 1_000_000_000L;
  private static final long LARGEST_TIME = Long.MAX_VALUE / SECOND;
  private static final Map<String, String> NONE = Map.of();

  private final TarBytes in;
  private final TarBlock block = new TarBlock(new byte[TarHeader.BLOCK]);
  private final Map<String, String> global = new HashMap<>();
  private Optional<SparseMap> sparse = Optional.empty();
  private final ContentSource stored = new Stored();
  private ContentSource source = stored;
  private long left;
  private long padding;

  /**
   * @param in is read ahead
   */
  public TarReader(InputStream in) {
    this.in = new TarBytes(in);
  }

  /** The next entry; empty at the end, when the whole archive has been read. */
  public Optional<TarEntry> next() throws IOException {
    skip(left + padding);
    left = 0;
    padding = 0;
    sparse = Optional.empty();
    source = stored;
    Map<String, String> records = NONE;
    String extensions = "";
    while (true) {
      readFully(block.bytes(), TarHeader.BLOCK);
      if (block.isZero()) {
        if (!extensions.replace("" + GLOBAL, "").replace("" + LABEL, "").isEmpty()) {
          throw new CorruptArchiveException("a tar ends behind an extension");
        }
        readToEnd();
        return Optional.empty();
      }
      block.checkSum();
      char type = block.character(156);
      if (EXTENSIONS.indexOf(type) < 0) {
        if (!global.isEmpty()) {
          records = new HashMap<>(records);
          global.forEach(records::putIfAbsent);
        }
        return Optional.of(entry(type, records));
      }
      // Readers differ on which of two counts.
      if (type != GLOBAL && extensions.indexOf(type) >= 0) {
        throw new CorruptArchiveException("a tar has an extension twice for one entry");
      }
      extensions += type;
      if (extensions.length() > MOST_EXTENSIONS) {
        throw LimitException.ofFormat("a tar has over " + MOST_EXTENSIONS + " extensions in a row");
      }
      byte[] content = extension(block.number(124, 12));
      if (records.isEmpty()) {
        records = new HashMap<>();
      }
      switch (type) {
        case PAX -> {
          for (Map.Entry<String, String> record : PaxRecords.parse(content).entrySet()) {
            put(records, record.getKey(), record.getValue());
          }
        }
        case GLOBAL -> global(PaxRecords.parse(content));
        case LONG_NAME -> put(records, PaxRecords.PATH, longName(content));
        case LABEL -> {
          // says nothing of an entry
        }
        default -> put(records, PaxRecords.LINKPATH, longName(content));
      }
    }
  }

  private static void put(Map<String, String> records, String keyword, String value)
      throws CorruptArchiveException {
    if (records.put(keyword, value) != null) {
      throw new CorruptArchiveException("a tar has an extension twice for one entry");
    }
  }

  /** Of all entries a time may be told; one name for all of them is nonsense. */
  private void global(Map<String, String> records) throws CorruptArchiveException {
    for (Map.Entry<String, String> record : records.entrySet()) {
      if (!record.getKey().equals(PaxRecords.MTIME)) {
        throw new CorruptArchiveException(
            "a tar has a global header with the record " + record.getKey());
      }
      global.put(record.getKey(), record.getValue());
    }
  }

  /** The content of the entry that {@link #next} returned last. */
  public InputStream content() {
    InputStream stored = new Content();
    return sparse.map(map -> map.expand(stored)).orElse(stored);
  }

  /** The same in place; read either this or the stream. */
  public ContentSource source() {
    return source;
  }

  private TarEntry entry(char type, Map<String, String> records) throws IOException {
    boolean sparseRecords =
        !records.isEmpty()
            && records.keySet().stream().anyMatch(key -> key.startsWith(PaxRecords.SPARSE));
    String path =
        records.containsKey(PaxRecords.PATH) ? records.get(PaxRecords.PATH) : headerName();
    path = records.getOrDefault(PaxRecords.SPARSE + "name", path);
    TarEntry.Type kind =
        switch (type) {
          case '0', '\0', '7' -> path.endsWith("/") ? TarEntry.Type.FOLDER : TarEntry.Type.FILE;
          case '1' -> TarEntry.Type.HARD_LINK;
          case '2' -> TarEntry.Type.SYMLINK;
          case '5' -> TarEntry.Type.FOLDER;
          case '3', '4', '6' -> TarEntry.Type.SPECIAL;
          case OLD_SPARSE -> TarEntry.Type.FILE;
          default -> throw new CorruptArchiveException("a tar has an entry of type '" + type + "'");
        };
    long size = size(Optional.ofNullable(records.get(PaxRecords.SIZE)));
    // Readers differ on whether a size counts for anything but a file.
    if (kind != TarEntry.Type.FILE && (size != 0 || sparseRecords)) {
      throw new CorruptArchiveException("a tar has content behind what is no file");
    }
    left = size;
    padding = TarHeader.padded(size) - size;
    Optional<EntryName> name = name(path);
    if (name.isEmpty() && kind != TarEntry.Type.FOLDER) {
      throw new CorruptArchiveException("a tar has an entry for the root that is no folder");
    }
    int mode = (int) (block.number(100, 8) & 0777);
    long mtime = mtime(Optional.ofNullable(records.get(PaxRecords.MTIME)));
    String target =
        kind == TarEntry.Type.SYMLINK || kind == TarEntry.Type.HARD_LINK
            ? target(kind, link(records))
            : "";
    if (type == OLD_SPARSE || sparseRecords) {
      SparseMap map =
          type == OLD_SPARSE
              ? new SparseReader(in, block).old(sparseRecords)
              : new SparseReader(new Content(), block).pax(records);
      map.check(left);
      sparse = Optional.of(map);
      source = ContentSource.of(content());
      size = map.size();
    }
    return new TarEntry(kind, name, mode, mtime, size, target);
  }

  /** A record counts, and the header may then leave the size out, but not say another. */
  private long size(Optional<String> record) throws IOException {
    long header = block.number(124, 12);
    if (header < 0) {
      throw new CorruptArchiveException("a tar has an entry of negative size");
    }
    long size = record.isPresent() ? SparseReader.decimal(record.get()) : header;
    if (record.isPresent() && header != 0 && header != size && size <= LARGEST_OCTAL) {
      throw new CorruptArchiveException("a tar has an entry with two sizes");
    }
    if (size > LARGEST_SIZE) {
      throw LimitException.ofFormat("a tar has an entry of over " + LARGEST_SIZE + " bytes");
    }
    return size;
  }

  private String link(Map<String, String> records) throws CorruptArchiveException {
    return records.containsKey(PaxRecords.LINKPATH)
        ? records.get(PaxRecords.LINKPATH)
        : block.text(157, 100);
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
    String name = block.text(0, 100);
    String prefix = block.has(257, "ustar\0") ? block.text(345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private long mtime(Optional<String> record) throws CorruptArchiveException {
    if (record.isEmpty()) {
      return Math.clamp(block.number(136, 12), -LARGEST_TIME, LARGEST_TIME) * SECOND;
    }
    // A number of millions of digits would take for ever to scale (CVE-2023-42503).
    if (!record.get().matches("-?[0-9]{1,19}(\\.[0-9]{0,40})?")) {
      throw new CorruptArchiveException(
          "invalid time in pax record of tar: '" + record.get() + "'");
    }
    return clamp(new BigDecimal(record.get()));
  }

  private static long clamp(BigDecimal seconds) {
    BigDecimal largest = BigDecimal.valueOf(LARGEST_TIME);
    return seconds
        .min(largest)
        .max(largest.negate())
        .movePointRight(9)
        .setScale(0, RoundingMode.FLOOR)
        .longValue();
  }

  private static String longName(byte[] bytes) throws CorruptArchiveException {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return TarBlock.utf8(bytes, 0, end);
  }

  private byte[] extension(long size) throws IOException {
    if (size < 0 || size > LARGEST_EXTENSION) {
      throw LimitException.ofFormat("a tar has a header extension of over " + LARGEST_EXTENSION);
    }
    byte[] bytes = new byte[(int) size];
    readFully(bytes, bytes.length);
    skip(TarHeader.padded(size) - size);
    return bytes;
  }

  private void readToEnd() throws IOException {
    byte[] rest = new byte[1 << 13];
    long size = 0;
    for (int count = in.read(rest); count >= 0; count = in.read(rest)) {
      if (!TarBlock.isZero(rest, count)) {
        throw new CorruptArchiveException("a tar has something behind its end");
      }
      size += count;
      if (size > LARGEST_END) {
        throw LimitException.ofFormat(
            "a tar has over " + LARGEST_END + " bytes of zeros at its end");
      }
    }
  }

  private void readFully(byte[] bytes, int length) throws IOException {
    if (in.readNBytes(bytes, 0, length) < length) {
      throw new CorruptArchiveException("a tar ends too early");
    }
  }

  private void skip(long count) throws IOException {
    if (!in.passOver(count)) {
      throw new CorruptArchiveException("a tar ends too early");
    }
  }

  /** The content where it was read to, and not a byte more. */
  private final class Stored implements ContentSource {
    @Override
    public int next(int length) throws IOException {
      if (length > left) {
        throw new EOFException("the content of a file ends too early");
      }
      int start;
      try {
        start = in.next(length);
      } catch (EOFException e) {
        throw new CorruptArchiveException("a tar ends in mid-file");
      }
      left -= length;
      return start;
    }

    @Override
    public byte[] bytes() {
      return in.bytes();
    }
  }

  /** The content, and not a byte more. */
  private final class Content extends BulkInputStream {
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
