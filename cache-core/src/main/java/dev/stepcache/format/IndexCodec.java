package dev.stepcache.format;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.IllegalNameException;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The index of a tree as bytes (docs/format.md, the index): a magic line, then sections, each with
 * its number and length, so that a reader skips what it does not know. Columns rather than rows,
 * and differences rather than values, since they compress to a few bytes an entry.
 */
final class IndexCodec {
  /** A bound on what an image can make us hold: an index of 4 million entries is smaller. */
  static final int LARGEST = 64 << 20;

  static final int MOST_ENTRIES = 4_000_000;

  /** A folder is held by the index, by the check of what is live, and by the staging. */
  private static final int FOLDER = 260;

  private static final int LAYER = 300;
  private static final int TIME_AND_MODE = Long.BYTES + Short.BYTES;

  private static final byte[] MAGIC = "stepcache-index-1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int TOTALS = 1;
  private static final int PATHS = 2;
  private static final int LAYERS = 3;
  private static final int MODES = 4;
  private static final int MTIMES = 5;
  private static final int FOLDERS = 6;
  private static final int ESCAPED = 7;
  private static final int USES = 8;
  private static final int LAST = USES;
  private static final long SECOND = 1_000_000_000L;

  private IndexCodec() {}

  static byte[] encode(TreeIndex index) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    section(out, TOTALS, new VarintWriter().add(index.files()).add(index.bytes()));
    VarintWriter paths = new VarintWriter().add(index.paths().size());
    index.paths().forEach(paths::add);
    section(out, PATHS, paths);
    section(out, LAYERS, encodeLayers(index.layers()));
    VarintWriter modes = new VarintWriter();
    VarintWriter mtimes = new VarintWriter();
    RunWriter runs = new RunWriter(modes);
    Times times = new Times();
    for (TreeIndex.Layer layer : index.layers()) {
      for (int at = 0; at < layer.modes().length; at++) {
        runs.add(layer.modes()[at]);
        times.write(layer.mtimes()[at], mtimes);
      }
    }
    runs.end();
    section(out, MODES, modes);
    section(out, MTIMES, mtimes);
    section(out, FOLDERS, encodeFolders(index.folders()));
    VarintWriter escaped = new VarintWriter().add(index.escaped().size());
    for (Map.Entry<String, String> entry : index.escaped().entrySet()) {
      escaped.add(new Digest(entry.getKey())).add(entry.getValue());
    }
    section(out, ESCAPED, escaped);
    index.uses().ifPresent(uses -> section(out, USES, UsesCodec.write(uses)));
    return out.toByteArray();
  }

  private static void section(ByteArrayOutputStream out, int number, VarintWriter content) {
    byte[] bytes = content.toBytes();
    out.writeBytes(new VarintWriter().add(number).add(bytes.length).toBytes());
    out.writeBytes(bytes);
  }

  private static VarintWriter encodeLayers(List<TreeIndex.Layer> layers) {
    VarintWriter out = new VarintWriter().add(layers.size());
    for (TreeIndex.Layer layer : layers) {
      out.add(layer.diffId()).add(layer.entries());
      // runs, live first and then in turn, up to the last entry
      boolean isLive = true;
      for (int at = 0; at < layer.entries(); isLive = !isLive) {
        int end = isLive ? layer.live().nextClearBit(at) : layer.live().nextSetBit(at);
        end = end < 0 ? layer.entries() : Math.min(end, layer.entries());
        out.add(end - at);
        at = end;
      }
    }
    return out;
  }

  private static VarintWriter encodeFolders(List<FolderEntry> folders) {
    VarintWriter out = new VarintWriter().add(folders.size());
    byte[] last = {};
    for (FolderEntry folder : folders) {
      byte[] name = folder.name().bytes();
      int shared = Arrays.mismatch(last, name);
      shared = shared < 0 ? name.length : shared;
      out.add(shared).add(name, shared);
      last = name;
    }
    RunWriter runs = new RunWriter(out);
    folders.forEach(folder -> runs.add(folder.mode() & 0777));
    runs.end();
    Times times = new Times();
    folders.forEach(folder -> times.write(folder.mtime(), out));
    return out;
  }

  /**
   * @param memory of which what the index holds is taken
   */
  static TreeIndex decode(byte[] bytes, MemoryBudget memory) throws IOException {
    if (bytes.length < MAGIC.length
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new CorruptArchiveException("the index does not begin as one");
    }
    VarintReader in = new VarintReader(bytes, MAGIC.length, bytes.length);
    VarintReader[] sections = new VarintReader[LAST + 1];
    while (in.hasMore()) {
      long number = in.next();
      VarintReader content = in.section();
      if (number >= 1 && number <= LAST) {
        if (sections[(int) number] != null) {
          throw new CorruptArchiveException("the index has section " + number + " twice");
        }
        sections[(int) number] = content;
      }
    }
    for (int number = 1; number <= ESCAPED; number++) {
      if (sections[number] == null) {
        throw new CorruptArchiveException("the index lacks section " + number);
      }
    }
    try {
      return decodeSections(sections, memory);
    } catch (IllegalNameException e) {
      throw new CorruptArchiveException("the index has a name that no entry may have: " + e.name());
    } catch (IllegalArgumentException e) {
      throw new CorruptArchiveException("the index is inconsistent: " + e.getMessage());
    }
  }

  private static TreeIndex decodeSections(VarintReader[] sections, MemoryBudget memory)
      throws IOException {
    long files = sections[TOTALS].next();
    long bytes = sections[TOTALS].next();
    List<String> paths = new ArrayList<>();
    for (int left = sections[PATHS].count(); left > 0; left--) {
      String path = sections[PATHS].text();
      if (!Roots.isLegal(path)) {
        throw new CorruptArchiveException("the index has a name that no cache path may have");
      }
      memory.takeNode(path, 0);
      paths.add(path);
    }
    List<TreeIndex.Layer> layers = decodeLayers(sections, memory);
    for (int section = MODES; section <= MTIMES; section++) {
      if (sections[section].hasMore()) {
        throw new CorruptArchiveException("the index has more times or modes than entries");
      }
    }
    List<FolderEntry> folders = decodeFolders(sections[FOLDERS], memory);
    SortedMap<String, String> escaped = new TreeMap<>();
    for (int left = sections[ESCAPED].count(); left > 0; left--) {
      String hash = sections[ESCAPED].digest().hex();
      EntryName name = new EntryName(sections[ESCAPED].text());
      if (!ReservedNames.escaped(name.value()).equals(ReservedNames.ESCAPED + hash)) {
        throw new CorruptArchiveException("the index has a real name that is not its hash's");
      }
      memory.takeNode(name.value(), 2 * hash.length());
      escaped.put(hash, name.value());
    }
    Optional<Uses> uses =
        sections[USES] == null
            ? Optional.empty()
            : Optional.of(UsesCodec.read(sections[USES], memory));
    return new TreeIndex(paths, files, bytes, layers, folders, escaped, uses);
  }

  private static List<TreeIndex.Layer> decodeLayers(VarintReader[] sections, MemoryBudget memory)
      throws IOException {
    VarintReader in = sections[LAYERS];
    VarintReader.RunReader modes = sections[MODES].runs();
    Times times = new Times();
    List<TreeIndex.Layer> layers = new ArrayList<>();
    int total = 0;
    for (int left = in.count(); left > 0; left--) {
      Digest diffId = in.digest();
      int entries = in.bounded(MOST_ENTRIES - total);
      total += entries;
      memory.take(LAYER + entries / Byte.SIZE);
      BitSet live = new BitSet();
      boolean isLive = true;
      for (int at = 0; at < entries; isLive = !isLive) {
        int run = in.bounded(entries - at);
        if (isLive) {
          live.set(at, at + run);
        } else if (run == 0) {
          throw new CorruptArchiveException("the index has an empty run");
        }
        at += run;
      }
      int count = live.cardinality();
      memory.take((long) count * TIME_AND_MODE);
      short[] layerModes = new short[count];
      long[] mtimes = new long[count];
      for (int at = 0; at < count; at++) {
        layerModes[at] = (short) modes.next();
        mtimes[at] = times.read(sections[MTIMES]);
      }
      layers.add(new TreeIndex.Layer(diffId, entries, live, layerModes, mtimes));
    }
    return layers;
  }

  private static List<FolderEntry> decodeFolders(VarintReader in, MemoryBudget memory)
      throws IOException {
    int count = in.bounded(MOST_ENTRIES);
    List<String> names = new ArrayList<>();
    byte[] last = {};
    for (int left = count; left > 0; left--) {
      last = in.sharing(last, EntryName.LONGEST);
      String name = EntryName.of(last).value();
      if (!names.isEmpty() && EntryName.compare(names.getLast(), name) >= 0) {
        throw new CorruptArchiveException("the index has folders out of order");
      }
      // Held once here, and once by the folders that its entries make.
      memory.takeNode(name, FOLDER + 2 * name.length());
      names.add(name);
    }
    VarintReader.RunReader modes = in.runs();
    int[] folderModes = new int[count];
    for (int at = 0; at < count; at++) {
      folderModes[at] = modes.next();
    }
    Times times = new Times();
    List<FolderEntry> folders = new ArrayList<>(count);
    for (int at = 0; at < count; at++) {
      folders.add(new FolderEntry(new EntryName(names.get(at)), folderModes[at], times.read(in)));
    }
    return folders;
  }

  /** Equal modes in a row as one: mode, number, mode, number... */
  private static final class RunWriter {
    private final VarintWriter out;
    private int mode;
    private long count;

    RunWriter(VarintWriter out) {
      this.out = out;
    }

    void add(int next) {
      if (count > 0 && next != mode) {
        end();
      }
      mode = next;
      count++;
    }

    void end() {
      if (count > 0) {
        out.add(mode).add(count);
      }
      count = 0;
    }
  }

  /**
   * Times as differences from the one before. The lowest two bits say how: in seconds, where the
   * difference is whole seconds, as tools that unpack archives write such times; in nanoseconds;
   * or, where neither fits, not as a difference, but as a number behind this one.
   */
  private static final class Times {
    private static final long SMALL = 1L << 60;

    private long last;

    void write(long time, VarintWriter out) {
      long difference = time - last;
      boolean overflow = ((time ^ last) & (time ^ difference)) < 0;
      last = time;
      if (overflow || difference >= SMALL || difference <= -SMALL) {
        out.add(2).add(zigzag(time));
      } else if (difference % SECOND == 0) {
        out.add(zigzag(difference / SECOND) << 2);
      } else {
        out.add(zigzag(difference) << 2 | 1);
      }
    }

    long read(VarintReader in) throws CorruptArchiveException {
      long code = in.next();
      long value = unzigzag(code >>> 2);
      last =
          switch ((int) (code & 3)) {
            case 0 -> last + value * SECOND;
            case 1 -> last + value;
            case 2 -> unzigzag(in.next());
            default -> throw new CorruptArchiveException("the index has a time of unknown kind");
          };
      return last;
    }

    private static long zigzag(long value) {
      return (value << 1) ^ (value >> 63);
    }

    private static long unzigzag(long value) {
      return (value >>> 1) ^ -(value & 1);
    }
  }
}
