package dev.stepcache.scan;

import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Entries held as columns of about 60 bytes each, made into records when they are asked for: a tree
 * of a million files must fit a small heap. The columns come in blocks, so that growing copies
 * none.
 */
final class ScannedEntries extends TreeEntries {
  private static final int BLOCK = 1 << 12;

  /**
   * Above the bits of a mode, so that what is no plain file is known without a look at the maps.
   */
  private static final int SYMLINK = 1 << 14;

  private static final int HARD_LINK = 1 << 13;
  private static final int PERMISSIONS = 07777;

  private final List<String> folders = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final Map<Integer, String> targets = new HashMap<>();
  private final Map<Integer, Integer> links = new HashMap<>();
  private int size;
  private long bytes;

  /** Opens a folder, to which the entries added with its number belong; "" is the root. */
  int folder(String name) {
    folders.add(name);
    return folders.size() - 1;
  }

  /**
   * Adds a file, or a symlink if a target is given.
   *
   * @param first the position of the first name of its hard-link group
   * @return its position
   */
  int add(
      int folder, String component, Stat stat, Optional<String> target, Optional<Integer> first) {
    if (size % BLOCK == 0) {
      blocks.add(new Block());
    }
    int kind = (target.isPresent() ? SYMLINK : 0) | (first.isPresent() ? HARD_LINK : 0);
    blocks.getLast().put(size % BLOCK, folder, component, stat, kind);
    target.ifPresent(text -> targets.put(size, text));
    first.ifPresent(position -> links.put(size, position));
    if (target.isEmpty() && first.isEmpty()) {
      bytes += stat.size();
    }
    return size++;
  }

  @Override
  public TreeEntry get(int index) {
    EntryName name = entryName(index);
    Block block = blocks.get(index / BLOCK);
    int at = index % BLOCK;
    if (block.is(SYMLINK, at)) {
      String target = Objects.requireNonNull(targets.get(index));
      return new TreeEntry.SymlinkEntry(
          name, block.mtimes[at], target, block.inodes[at], block.ctimes[at]);
    }
    return new TreeEntry.FileEntry(
        name,
        block.modes[at] & PERMISSIONS,
        block.mtimes[at],
        block.sizes[at],
        block.inodes[at],
        block.ctimes[at],
        isHardLink(index)
            ? Optional.of(entryName(Objects.requireNonNull(links.get(index))))
            : Optional.empty());
  }

  @Override
  public int mode(int index) {
    return isSymlink(index)
        ? TreeEntry.SymlinkEntry.MODE
        : block(index).modes[index % BLOCK] & PERMISSIONS;
  }

  @Override
  public long mtime(int index) {
    return block(index).mtimes[index % BLOCK];
  }

  @Override
  public long content(int index) {
    Block block = block(index);
    return block.is(SYMLINK | HARD_LINK, index % BLOCK) ? 0 : block.sizes[index % BLOCK];
  }

  @Override
  public boolean isHardLink(int index) {
    return block(index).is(HARD_LINK, index % BLOCK);
  }

  @Override
  public boolean isSymlink(int index) {
    return block(index).is(SYMLINK, index % BLOCK);
  }

  @Override
  public long inode(int index) {
    return block(index).inodes[index % BLOCK];
  }

  @Override
  public long ctime(int index) {
    return block(index).ctimes[index % BLOCK];
  }

  @Override
  public int compareName(int index, byte[] utf8, int length) {
    Block block = block(index);
    int at = index % BLOCK;
    int compared = 0;
    String folder = folders.get(block.folders[at]);
    if (!folder.isEmpty()) {
      byte[] above = folder.getBytes(StandardCharsets.UTF_8);
      compared = Math.min(above.length, length);
      int order = Arrays.compareUnsigned(above, 0, above.length, utf8, 0, compared);
      if (order == 0) {
        order = compared == length ? 1 : '/' - (utf8[compared] & 0xff);
      }
      if (order != 0) {
        return order;
      }
      compared++;
    }
    return Arrays.compareUnsigned(
        block.names, block.start(at), block.ends[at], utf8, compared, length);
  }

  @Override
  public String component(int index) {
    return block(index).component(index % BLOCK);
  }

  @Override
  public String parent(int index) {
    return folders.get(block(index).folders[index % BLOCK]);
  }

  private Block block(int index) {
    return blocks.get(Objects.checkIndex(index, size) / BLOCK);
  }

  /** The sum of the files' sizes, each hard-link group once. */
  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public int size() {
    return size;
  }

  private EntryName entryName(int index) {
    return new EntryName(name(index));
  }

  private static final class Block {
    private byte[] names = new byte[16 * BLOCK];
    private final int[] ends = new int[BLOCK];
    private final int[] folders = new int[BLOCK];
    private final short[] modes = new short[BLOCK];
    private final long[] mtimes = new long[BLOCK];
    private final long[] ctimes = new long[BLOCK];
    private final long[] inodes = new long[BLOCK];
    private final long[] sizes = new long[BLOCK];

    void put(int at, int folder, String component, Stat stat, int kind) {
      byte[] bytes = component.getBytes(StandardCharsets.UTF_8);
      int start = start(at);
      if (names.length - start < bytes.length) {
        names = Arrays.copyOf(names, names.length + names.length / 2);
      }
      System.arraycopy(bytes, 0, names, start, bytes.length);
      ends[at] = start + bytes.length;
      folders[at] = folder;
      modes[at] = (short) (stat.permissions() | kind);
      mtimes[at] = stat.mtime();
      ctimes[at] = stat.ctime();
      inodes[at] = stat.inode();
      sizes[at] = stat.size();
    }

    boolean is(int kind, int at) {
      return (modes[at] & kind) != 0;
    }

    String component(int at) {
      int start = start(at);
      return new String(names, start, ends[at] - start, StandardCharsets.UTF_8);
    }

    private int start(int at) {
      return at == 0 ? 0 : ends[at - 1];
    }
  }
}
