package dev.stepcache.format;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.folder.OwnFile;
import dev.stepcache.oci.Digest;
import dev.stepcache.tree.TreeEntries;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a restore or a save leaves beside the tree, so that a later upload knows without reading it
 * what has not moved since, and where it lies (docs/format.md, the local index). A hint: missing,
 * stale or damaged it costs time, never correctness. Read in a stream, in the order of a scan,
 * since it has a line for each entry; the file that was opened is read to the end, though another
 * may take its name.
 */
public final class LocalIndexReader implements Closeable {
  /** The name of its file in our folder. */
  public static final String FILE = "index";

  /** What is held of a folder beside its name. */
  private static final int FOLDER = 32;

  private final FileChannel file;
  private final Digest image;
  private final long watermark;
  private final Map<String, SavedFolder> folders = new HashMap<>();
  private final long entriesAt;

  /** A folder's mode as it was saved, and as it is on disk, and its time as it was saved. */
  public record SavedFolder(int mode, int modeOnDisk, long time) {}

  private LocalIndexReader(FileChannel file, MemoryBudget memory) throws IOException {
    this.file = file;
    checkSum();
    LocalIndexInput in = new LocalIndexInput(file, 0);
    if (in.number4() != LocalIndexWriter.MAGIC) {
      throw new CorruptArchiveException("no local index");
    }
    image = Digest.ofHash(in.bytes(32));
    watermark = in.number8();
    int count = in.number4();
    if (count < 0 || count > IndexCodec.MOST_ENTRIES) {
      throw new CorruptArchiveException("the local index is out of bounds");
    }
    long at = Integer.BYTES + 32 + Long.BYTES + Integer.BYTES;
    for (int left = count; left > 0; left--) {
      int length = in.number4();
      String name = in.name(length);
      memory.takeNode(name, FOLDER);
      folders.put(name, new SavedFolder(in.number2(), in.number2(), in.number8()));
      at += Integer.BYTES + length + LocalIndexWriter.FOLDER;
    }
    entriesAt = at;
  }

  /** Empty when the file is none that can be understood, or has more than may be held. */
  public static Optional<LocalIndexReader> open(Path path, MemoryBudget memory) {
    try {
      FileChannel file = OwnFile.open(path);
      try {
        return Optional.of(new LocalIndexReader(file, memory));
      } catch (IOException | IllegalArgumentException e) {
        file.close();
        return Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The image that the tree was restored from or saved as. */
  public Digest image() {
    return image;
  }

  /** The folders, by their names. */
  public Map<String, SavedFolder> folders() {
    return folders;
  }

  /** All entries, in the order of their names' bytes, those of one name in that of their layers. */
  public Entries entries() throws IOException {
    return new Entries();
  }

  private void checkSum() throws IOException {
    long end = file.size() - Integer.BYTES;
    ByteBuffer stored = ByteBuffer.allocate(Integer.BYTES);
    if (end < 0
        || file.read(stored, end) != Integer.BYTES
        || stored.getInt(0) != LocalIndexWriter.sum(file, end)) {
      throw new CorruptArchiveException("the local index is damaged");
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Whether nobody can have touched an entry of a tree since the index was made. */
  public boolean isUntouched(LocalIndexEntry known, TreeEntries entries, int at) {
    return known.isUntouched(entries, at, watermark);
  }

  /** Goes through the entries once. */
  public final class Entries {
    private final LocalIndexInput in = new LocalIndexInput(file, entriesAt);
    private LocalIndexEntry entry = new LocalIndexEntry();
    private LocalIndexEntry before = new LocalIndexEntry();

    /** Goes to the next entry; false at the end. */
    public boolean advance() throws IOException {
      LocalIndexEntry free = before;
      before = entry;
      entry = free;
      if (!entry.read(in)) {
        return false;
      }
      if (before.order(entry) >= 0) {
        throw new CorruptArchiveException("the local index is out of order");
      }
      return true;
    }

    /** The entry that it stands at, until it goes on. */
    public LocalIndexEntry entry() {
      return entry;
    }
  }
}
