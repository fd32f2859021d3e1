package dev.stepcache.format;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.tree.EntryName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The section of an index that tells of the cache's life, as bytes (docs/format.md, section 8). The
 * same bytes lie between the steps, for the next upload.
 */
public final class UsesCodec {
  /** A name and its use take no more, whatever the tool. */
  private static final int LONGEST = 1 << 14;

  private static final int LAST_USE = 40;

  /** Until the year 9999: no sum of such numbers overflows. */
  private static final long LATEST = 253_402_300_800L;

  private UsesCodec() {}

  /** The section of an index (docs/format.md, uses): the same uses are the same bytes. */
  public static byte[] encode(Uses uses) {
    return write(uses).toBytes();
  }

  static VarintWriter write(Uses uses) {
    VarintWriter out = new VarintWriter().add(uses.saved()).add(uses.unused().size());
    byte[] last = {};
    for (Map.Entry<String, Uses.LastUse> unit : uses.unused().entrySet()) {
      byte[] name = unit.getKey().getBytes(StandardCharsets.UTF_8);
      int shared = Arrays.mismatch(last, name);
      shared = shared < 0 ? name.length : shared;
      out.add(shared).add(name, shared);
      out.add(uses.savedOn() - unit.getValue().day()).add(unit.getValue().saves());
      last = name;
    }
    return out;
  }

  /**
   * @param memory of which what is read is taken
   */
  public static Uses decode(byte[] bytes, MemoryBudget memory) throws IOException {
    VarintReader in = new VarintReader(bytes);
    Uses uses = read(in, memory);
    if (in.hasMore()) {
      throw new CorruptArchiveException("the index has something behind its uses");
    }
    return uses;
  }

  /** What a later version may write behind it is not read. */
  static Uses read(VarintReader in, MemoryBudget memory) throws IOException {
    long saved = in.next();
    if (saved < 0 || saved > LATEST) {
      throw new CorruptArchiveException("the index was saved at an impossible time");
    }
    Uses none = new Uses(saved, new TreeMap<>());
    SortedMap<String, Uses.LastUse> unused = new TreeMap<>(EntryName::compare);
    byte[] last = {};
    for (int left = in.count(); left > 0; left--) {
      last = in.sharing(last, LONGEST);
      String name = new String(last, StandardCharsets.UTF_8);
      if (!unused.isEmpty() && EntryName.compare(unused.lastKey(), name) >= 0) {
        throw new CorruptArchiveException("the index has units out of order");
      }
      memory.takeNode(name, LAST_USE);
      long days = in.bounded((int) none.savedOn());
      unused.put(name, new Uses.LastUse(none.savedOn() - days, in.bounded(Integer.MAX_VALUE)));
    }
    return new Uses(saved, unused);
  }
}
