package dev.stepcache.usage;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.folder.OwnFile;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.Uses;
import dev.stepcache.format.UsesCodec;
import dev.stepcache.format.VarintReader;
import dev.stepcache.format.VarintWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a fetch or a save leaves for the next upload, beside the local index (docs/format.md, the
 * uses). A hint: without it nothing is called unused.
 *
 * @param tells whether the access times tell of all uses since the tree was restored: of the first
 *     restore into a folder, and until the tree is saved
 * @param watermark what has an older ctime was placed by the restore, and not changed since
 * @param uses what the image that was restored, or saved, tells; empty where it tells nothing
 * @param leftOut the units that saves left out since
 */
public record UsesFile(
    boolean tells, long watermark, Optional<Uses> uses, SortedSet<String> leftOut) {
  /** The name of its file in our folder. */
  public static final String FILE = "uses";

  /** What is left where access times do not tell of all uses. */
  public static final UsesFile NOTHING =
      new UsesFile(false, 0, Optional.empty(), Collections.emptySortedSet());

  private static final String MAGIC = "stepcache-uses-1";
  private static final int LARGEST = 64 << 20;
  private static final int READABLE = 0644;

  public UsesFile {
    leftOut = Collections.unmodifiableSortedSet(new TreeSet<>(leftOut));
  }

  /** Writes it, whole or not at all. */
  public void write(Path file) throws IOException {
    VarintWriter out = new VarintWriter().add(MAGIC).add(tells ? 1 : 0).add(watermark);
    out.add(uses.isPresent() ? 1 : 0);
    uses.ifPresent(told -> out.add(0).add(UsesCodec.encode(told), 0));
    out.add(leftOut.size());
    leftOut.forEach(out::add);
    try (OwnFile.Replacement replacement = new OwnFile.Replacement(file, READABLE)) {
      Channels.newOutputStream(replacement.channel()).write(out.toBytes());
      replacement.take();
    }
  }

  /**
   * Empty where there is none, or none that can be understood.
   *
   * @param memory of which what is read is taken
   */
  public static Optional<UsesFile> read(Path file, MemoryBudget memory) {
    try (InputStream in = Channels.newInputStream(OwnFile.open(file))) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      return bytes.length > LARGEST ? Optional.empty() : Optional.of(parse(bytes, memory));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static UsesFile parse(byte[] bytes, MemoryBudget memory) throws IOException {
    VarintReader in = new VarintReader(bytes);
    if (!in.text().equals(MAGIC)) {
      throw new CorruptArchiveException("no file of uses");
    }
    boolean tells = in.bounded(1) == 1;
    long watermark = in.next();
    Optional<Uses> uses = Optional.empty();
    if (in.bounded(1) == 1) {
      uses = Optional.of(UsesCodec.decode(in.sharing(new byte[0], bytes.length), memory));
    }
    SortedSet<String> leftOut = new TreeSet<>();
    for (int left = in.bounded(bytes.length); left > 0; left--) {
      String unit = in.text();
      memory.takeNode(unit, 0);
      leftOut.add(unit);
    }
    if (in.hasMore()) {
      throw new CorruptArchiveException("a file of uses that goes on");
    }
    return new UsesFile(tells, watermark, uses, leftOut);
  }
}
