package dev.stepcache.tree;

import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a table, all or some of them, in its order; with modes and times of their own where
 * such were set. They are made when they are asked for, and can be asked for one thing at a time
 * without being made: that takes a hundredth, and whoever plans a save asks each several times. A
 * view of a view is a view of the same table: nothing is passed on from one to the next.
 */
public final class TreeEntries extends AbstractList<TreeEntry> implements RandomAccess {
  private final EntryTable table;

  /** Of each entry its row; none where all rows are meant. */
  private final int @Nullable [] rows;

  private final @Nullable SavedAttributes saved;

  private TreeEntries(EntryTable table, int @Nullable [] rows, @Nullable SavedAttributes saved) {
    this.table = table;
    this.rows = rows;
    this.saved = saved;
  }

  /** All of a table, which must not be changed any more. */
  public static TreeEntries of(EntryTable table) {
    return new TreeEntries(table, null, null);
  }

  /** What a list has: files and symlinks in the order of their names' bytes. */
  public static TreeEntries of(List<TreeEntry> entries) {
    return entries instanceof TreeEntries columns ? columns : of(EntryTable.of(entries));
  }

  /** Those at some positions, which must not be changed any more. */
  public TreeEntries chosen(int[] positions) {
    int[] chosen = rows == null ? positions : IntStream.of(positions).map(this::row).toArray();
    return new TreeEntries(table, chosen, saved);
  }

  /** The same, of which modes and times can be set; no other view sees that. */
  public TreeEntries withAttributes() {
    return new TreeEntries(table, rows, new SavedAttributes(table.size()));
  }

  /** Gives a file another mode; a symlink has none of its own. */
  public void setMode(int index, int mode) {
    if (!isSymlink(index)) {
      attributes().mode(row(index), mode);
    }
  }

  /** Gives an entry another time. */
  public void setTime(int index, long mtime) {
    attributes().time(row(index), mtime);
  }

  /** Goes back to the time that the table has. Several threads may do so with several entries. */
  public void resetTime(int index) {
    attributes().ownTime(row(index));
  }

  private SavedAttributes attributes() {
    if (saved == null) {
      throw new UnsupportedOperationException("the table's own attributes do not change");
    }
    return saved;
  }

  /** Which row of the table an entry is: the same in all views of it. */
  public int row(int index) {
    return rows == null ? index : rows[index];
  }

  /** How many rows the table has. */
  public int rows() {
    return table.size();
  }

  @Override
  public int size() {
    return rows == null ? table.size() : rows.length;
  }

  @Override
  public TreeEntry get(int index) {
    int row = row(index);
    EntryName name = new EntryName(name(index));
    return table.isSymlink(row)
        ? new TreeEntry.SymlinkEntry(
            name, mtime(index), table.target(row), table.inode(row), table.ctime(row))
        : new TreeEntry.FileEntry(
            name,
            mode(index),
            mtime(index),
            table.bytes(row),
            table.inode(row),
            table.ctime(row),
            table.first(row).map(first -> new EntryName(nameOf(first))));
  }

  /** The lower 12 bits. */
  public int mode(int index) {
    int row = row(index);
    int own = table.mode(row);
    return saved == null ? own : saved.modeOr(row, own);
  }

  /** Nanoseconds since 1970. */
  public long mtime(int index) {
    int row = row(index);
    long own = table.mtime(row);
    return saved == null ? own : saved.timeOr(row, own);
  }

  /** The size of a file; 0 for all names of a hard-link group but the first, and for symlinks. */
  public long content(int index) {
    return table.content(row(index));
  }

  /** Whether it is a name of a hard-link group, and not the first. */
  public boolean isHardLink(int index) {
    return table.isHardLink(row(index));
  }

  public boolean isSymlink(int index) {
    return table.isSymlink(row(index));
  }

  /** Whether nobody has read it since it was restored, as far as its access time tells. */
  public boolean isUnread(int index) {
    return table.isUnread(row(index));
  }

  public long inode(int index) {
    return table.inode(row(index));
  }

  /** Nanoseconds since 1970. */
  public long ctime(int index) {
    return table.ctime(row(index));
  }

  /**
   * The order of the entry's name and another one, by their bytes.
   *
   * @param utf8 has the other name at its start
   * @param length of the other name, in bytes
   */
  public int compareName(int index, byte[] utf8, int length) {
    return table.compareName(row(index), utf8, length);
  }

  /** The entry's name. */
  public String name(int index) {
    return nameOf(row(index));
  }

  private String nameOf(int row) {
    String parent = table.parent(row);
    return parent.isEmpty() ? table.component(row) : parent + '/' + table.component(row);
  }

  /** The name that stands for the entry's content: of a hard-link group the first. */
  public EntryName firstName(int index) {
    int row = row(index);
    Optional<Integer> first = table.first(row);
    return new EntryName(nameOf(first.orElse(row)));
  }

  /** The sum of all content, in bytes. */
  public long bytes() {
    long sum = 0;
    for (int index = 0; index < size(); index++) {
      sum += content(index);
    }
    return sum;
  }

  /** The last component of the entry's name. */
  public String component(int index) {
    return table.component(row(index));
  }

  /** The name of the folder that the entry lies in; "" at the root. */
  public String parent(int index) {
    return table.parent(row(index));
  }
}
