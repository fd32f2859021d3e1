package dev.stepcache.tree;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Entries that are made when they are asked for, and can be asked for one thing at a time without
 * being made: that takes a hundredth, and whoever plans a save asks each several times.
 */
public abstract class TreeEntries extends AbstractList<TreeEntry> implements RandomAccess {
  /** What a list has, by columns where it has them. */
  public static TreeEntries of(List<TreeEntry> entries) {
    return entries instanceof TreeEntries columns ? columns : new Made(entries);
  }

  /** The lower 12 bits. */
  public abstract int mode(int index);

  /** Nanoseconds since 1970. */
  public abstract long mtime(int index);

  /** The size of a file; 0 for all names of a hard-link group but the first, and for symlinks. */
  public abstract long content(int index);

  /** Whether it is a name of a hard-link group, and not the first. */
  public abstract boolean isHardLink(int index);

  /** The name of the folder that the entry lies in; "" at the root. */
  public abstract String parent(int index);

  private static final class Made extends TreeEntries {
    private final List<TreeEntry> entries;

    Made(List<TreeEntry> entries) {
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
    public String parent(int index) {
      return get(index).name().parent();
    }
  }
}
