package dev.stepcache.pack;

import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/** A tree's entries, some with another mode; made when they are asked for. */
final class SavedModes extends AbstractList<TreeEntry> implements RandomAccess {
  private static final short AS_IT_IS = -1;

  private final List<TreeEntry> entries;
  private final short[] modes;

  SavedModes(List<TreeEntry> entries) {
    this.entries = entries;
    this.modes = new short[entries.size()];
    Arrays.fill(modes, AS_IT_IS);
  }

  void set(int index, int mode) {
    modes[index] = (short) mode;
  }

  @Override
  public TreeEntry get(int index) {
    TreeEntry entry = entries.get(index);
    return modes[index] != AS_IT_IS && entry instanceof FileEntry file
        ? new FileEntry(
            file.name(),
            modes[index],
            file.mtime(),
            file.size(),
            file.inode(),
            file.ctime(),
            file.linkTo())
        : entry;
  }

  @Override
  public int size() {
    return entries.size();
  }
}
