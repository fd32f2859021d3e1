package dev.stepcache.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The files and symlinks of a scanned tree, in the order of their names' bytes, as columns: a tree
 * of a million files must fit a small heap. It is filled once, and then read through {@link
 * TreeEntries}. A row is
 *
 * <pre>
 *   folder   4 bytes   number of the folder that it lies in; folders' names are kept once
 *   name     its last component, in UTF-8, at the end of the block's names
 *   end      4 bytes   where that ends
 *   mode     2 bytes   the lower 12 bits; bit 12 is that of what nobody read since it was restored,
 *                      bit 13 a hard link's, bit 14 a symlink's
 *   mtime, ctime, inode, size   8 bytes each
 * </pre>
 *
 * about 60 bytes with a usual name, in blocks, so that growing copies none. What few rows have, the
 * target of a symlink and the first name of a hard-link group, is in maps beside them.
 */
public final class EntryTable {
  private static final int BLOCK = 1 << 12;

  /**
   * Above the bits of a mode, so that what is no plain file is known without a look at the maps.
   */
  private static final int SYMLINK = 1 << 14;

  private static final int HARD_LINK = 1 << 13;

  private static final int UNREAD = 1 << 12;
  private static final int PERMISSIONS = 07777;

  private final List<String> folders = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final Map<Integer, String> targets = new HashMap<>();
  private final Map<Integer, Integer> firsts = new HashMap<>();
  private int size;

  /** The table of entries that are there already; folders are no rows. */
  static EntryTable of(List<TreeEntry> entries) {
    EntryTable table = new EntryTable();
    Map<String, Integer> folders = new HashMap<>();
    Map<EntryName, Integer> rows = new HashMap<>();
    for (TreeEntry entry : entries) {
      int folder = folders.computeIfAbsent(entry.name().parent(), table::folder);
      int row = table.add(folder, entry.name().lastComponent());
      rows.put(entry.name(), row);
      switch (entry) {
        case TreeEntry.FileEntry file -> {
          table.put(row, file.mode(), file.mtime(), file.ctime(), file.inode(), file.size());
          file.linkTo().ifPresent(first -> table.hardLink(row, rows.getOrDefault(first, -1)));
        }
        case TreeEntry.SymlinkEntry link -> {
          table.put(row, link.mode(), link.mtime(), link.ctime(), link.inode(), 0);
          table.symlink(row, link.target());
        }
        case TreeEntry.FolderEntry other ->
            throw new IllegalArgumentException("a folder is no row: " + other.name());
      }
    }
    return table;
  }

  /** Opens a folder, to which the rows added with its number belong; "" is the root. */
  public int folder(String name) {
    folders.add(name);
    return folders.size() - 1;
  }

  /**
   * Adds a row.
   *
   * @param folder that it lies in
   * @param component the last one of its name
   * @return its number
   */
  public int add(int folder, String component) {
    if (size % BLOCK == 0) {
      blocks.add(new Block());
    }
    blocks.getLast().name(size % BLOCK, folder, component);
    return size++;
  }

  /** Sets what lstat says of a row. */
  public void put(int row, int mode, long mtime, long ctime, long inode, long bytes) {
    block(row).put(row % BLOCK, mode & PERMISSIONS, mtime, ctime, inode, bytes);
  }

  /** Makes a row a symlink; after {@link #put}. */
  public void symlink(int row, String target) {
    block(row).modes[row % BLOCK] |= SYMLINK;
    targets.put(row, target);
  }

  /** Makes a row another name of an earlier one; after {@link #put}. */
  public void hardLink(int row, int first) {
    Objects.checkIndex(first, row);
    block(row).modes[row % BLOCK] |= HARD_LINK;
    firsts.put(row, first);
  }

  /** Notes that nobody has read it since it was restored; after {@link #put}. */
  public void unread(int row) {
    block(row).modes[row % BLOCK] |= UNREAD;
  }

  boolean isUnread(int row) {
    return block(row).is(UNREAD, row % BLOCK);
  }

  int size() {
    return size;
  }

  int mode(int row) {
    int mode = block(row).modes[row % BLOCK];
    return (mode & SYMLINK) != 0 ? TreeEntry.SymlinkEntry.MODE : mode & PERMISSIONS;
  }

  long mtime(int row) {
    return block(row).mtimes[row % BLOCK];
  }

  long ctime(int row) {
    return block(row).ctimes[row % BLOCK];
  }

  long inode(int row) {
    return block(row).inodes[row % BLOCK];
  }

  /** What lstat says of a file; of a symlink, whatever it was put with. */
  long bytes(int row) {
    return block(row).sizes[row % BLOCK];
  }

  long content(int row) {
    Block block = block(row);
    return block.is(SYMLINK | HARD_LINK, row % BLOCK) ? 0 : block.sizes[row % BLOCK];
  }

  boolean isSymlink(int row) {
    return block(row).is(SYMLINK, row % BLOCK);
  }

  boolean isHardLink(int row) {
    return block(row).is(HARD_LINK, row % BLOCK);
  }

  String target(int row) {
    return Objects.requireNonNull(targets.get(row));
  }

  /** The first row of a hard link's group. */
  Optional<Integer> first(int row) {
    return Optional.ofNullable(firsts.get(row));
  }

  String component(int row) {
    return block(row).component(row % BLOCK);
  }

  String parent(int row) {
    return folders.get(block(row).folders[row % BLOCK]);
  }

  int compareName(int row, byte[] utf8, int length) {
    Block block = block(row);
    int at = row % BLOCK;
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

  private Block block(int row) {
    return blocks.get(Objects.checkIndex(row, size) / BLOCK);
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

    void name(int at, int folder, String component) {
      byte[] bytes = component.getBytes(StandardCharsets.UTF_8);
      int start = start(at);
      if (names.length - start < bytes.length) {
        names = Arrays.copyOf(names, names.length + names.length / 2);
      }
      System.arraycopy(bytes, 0, names, start, bytes.length);
      ends[at] = start + bytes.length;
      folders[at] = folder;
    }

    void put(int at, int mode, long mtime, long ctime, long inode, long size) {
      modes[at] = (short) mode;
      mtimes[at] = mtime;
      ctimes[at] = ctime;
      inodes[at] = inode;
      sizes[at] = size;
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
