package dev.stepcache.plan;

import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import java.util.Arrays;
import java.util.List;

/** A tree's entries, some with another mode; made when they are asked for. */
final class SavedModes extends TreeEntries {
  private static final short AS_IT_IS = -1;

  private final TreeEntries entries;
  private final short[] modes;

  SavedModes(List<TreeEntry> entries) {
    this.entries = TreeEntries.of(entries);
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
  public int mode(int index) {
    return modes[index] != AS_IT_IS && !isSymlink(index) ? modes[index] : entries.mode(index);
  }

  @Override
  public long mtime(int index) {
    return entries.mtime(index);
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
