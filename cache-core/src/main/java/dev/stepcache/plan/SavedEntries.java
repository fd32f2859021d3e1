package dev.stepcache.plan;

import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import java.util.Arrays;
import java.util.List;

/** A tree's entries, some with another mode or time; made when they are asked for. */
final class SavedEntries extends TreeEntries {
  private static final short AS_IT_IS = -1;
  private static final long OWN_TIME = Long.MIN_VALUE;

  private final TreeEntries entries;
  private final short[] modes;

  /** Empty until one is set. */
  private long[] times = {};

  SavedEntries(List<TreeEntry> entries) {
    this.entries = TreeEntries.of(entries);
    this.modes = new short[entries.size()];
    Arrays.fill(modes, AS_IT_IS);
  }

  void set(int index, int mode) {
    modes[index] = (short) mode;
  }

  /** Sets a time, which is no concern of a symlink's. */
  void time(int index, long mtime) {
    if (times.length == 0) {
      times = new long[modes.length];
      Arrays.fill(times, OWN_TIME);
    }
    times[index] = mtime;
  }

  /** Goes back to the time of the entry. */
  void ownTime(int index) {
    if (times.length > 0) {
      times[index] = OWN_TIME;
    }
  }

  @Override
  public TreeEntry get(int index) {
    TreeEntry entry = entries.get(index);
    return entry instanceof FileEntry file
            && (mode(index) != file.mode() || mtime(index) != file.mtime())
        ? new FileEntry(
            file.name(),
            mode(index),
            mtime(index),
            file.size(),
            file.inode(),
            file.ctime(),
            file.linkTo())
        : entry;
  }

  @Override
  public int mode(int index) {
    return modes[index] != AS_IT_IS && !isSymlink(index) ? modes[index] : entries.mode(index);
  }

  @Override
  public long mtime(int index) {
    return times.length > 0 && times[index] != OWN_TIME ? times[index] : entries.mtime(index);
  }

  @Override
  public long content(int index) {
    return entries.content(index);
  }

  @Override
  public boolean isHardLink(int index) {
    return entries.isHardLink(index);
  }

  @Override
  public boolean isSymlink(int index) {
    return entries.isSymlink(index);
  }

  @Override
  public long inode(int index) {
    return entries.inode(index);
  }

  @Override
  public long ctime(int index) {
    return entries.ctime(index);
  }

  @Override
  public int compareName(int index, byte[] utf8, int length) {
    return entries.compareName(index, utf8, length);
  }

  @Override
  public String component(int index) {
    return entries.component(index);
  }

  @Override
  public String parent(int index) {
    return entries.parent(index);
  }

  @Override
  public int size() {
    return entries.size();
  }
}
