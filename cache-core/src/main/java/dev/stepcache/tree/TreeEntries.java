package dev.stepcache.tree;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * Entries that are made when they are asked for, and can be asked for one thing at a time without
 * being made: that takes a hundredth, and whoever plans a save asks each several times.
 */
public abstract class TreeEntries extends AbstractList<TreeEntry> implements RandomAccess {
  /** What a list has, by columns where it has them. */
  public static TreeEntries of(List<TreeEntry> entries) {
    return entries instanceof TreeEntries columns ? columns : new Listed(entries);
  }

  /** The lower 12 bits. */
  public abstract int mode(int index);

  /** Nanoseconds since 1970. */
  public abstract long mtime(int index);

  /** The size of a file; 0 for all names of a hard-link group but the first, and for symlinks. */
  public abstract long content(int index);

  /** Whether it is a name of a hard-link group, and not the first. */
  public abstract boolean isHardLink(int index);

  public abstract boolean isSymlink(int index);

  public abstract long inode(int index);

  /** Nanoseconds since 1970. */
  public abstract long ctime(int index);

  /**
   * The order of the entry's name and another one, by their bytes.
   *
   * @param utf8 has the other name at its start
   * @param length of the other name, in bytes
   */
  public abstract int compareName(int index, byte[] utf8, int length);

  /** The entry's name. */
  public final String name(int index) {
    String parent = parent(index);
    return parent.isEmpty() ? component(index) : parent + '/' + component(index);
  }

  /** The sum of all content. */
  public long bytes() {
    long sum = 0;
    for (int index = 0; index < size(); index++) {
      sum += content(index);
    }
    return sum;
  }

  /** The last component of the entry's name. */
  public abstract String component(int index);

  /** The name of the folder that the entry lies in; "" at the root. */
  public abstract String parent(int index);

  private static final class Listed extends TreeEntries {
    private final List<TreeEntry> entries;

    Listed(List<TreeEntry> entries) {
      this.entries = entries;
    }

    @Override
    public TreeEntry get(int index) {
      return entries.get(index);
    }

    @Override
    public int size() {
      return entries.size();
    }

    @Override
    public int mode(int index) {
      return get(index).mode();
    }

    @Override
    public long mtime(int index) {
      return get(index).mtime();
    }

    @Override
    public long content(int index) {
      return get(index) instanceof TreeEntry.FileEntry file && file.linkTo().isEmpty()
          ? file.size()
          : 0;
    }

    @Override
    public boolean isHardLink(int index) {
      return get(index) instanceof TreeEntry.FileEntry file && file.linkTo().isPresent();
    }

    @Override
    public boolean isSymlink(int index) {
      return get(index) instanceof TreeEntry.SymlinkEntry;
    }

    @Override
    public long inode(int index) {
      return switch (get(index)) {
        case TreeEntry.FileEntry file -> file.inode();
        case TreeEntry.SymlinkEntry link -> link.inode();
        case TreeEntry.FolderEntry folder -> 0;
      };
    }

    @Override
    public long ctime(int index) {
      return switch (get(index)) {
        case TreeEntry.FileEntry file -> file.ctime();
        case TreeEntry.SymlinkEntry link -> link.ctime();
        case TreeEntry.FolderEntry folder -> 0;
      };
    }

    @Override
    public int compareName(int index, byte[] utf8, int length) {
      byte[] name = get(index).name().bytes();
      return Arrays.compareUnsigned(name, 0, name.length, utf8, 0, length);
    }

    @Override
    public String component(int index) {
      return get(index).name().lastComponent();
    }

    @Override
    public String parent(int index) {
      return get(index).name().parent();
    }
  }
}
