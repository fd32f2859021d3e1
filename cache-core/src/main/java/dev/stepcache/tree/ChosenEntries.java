package dev.stepcache.tree;

import java.util.List;

/**
 * Some entries of a list, made when they are asked for: far smaller than a copy of a million. The
 * positions are not copied, and must not be changed any more.
 */
public final class ChosenEntries extends TreeEntries {
  private final TreeEntries entries;
  private final int[] positions;

  public ChosenEntries(List<TreeEntry> entries, int[] positions) {
    this.entries = TreeEntries.of(entries);
    this.positions = positions;
  }

  @Override
  public TreeEntry get(int index) {
    return entries.get(positions[index]);
  }

  @Override
  public int size() {
    return positions.length;
  }

  @Override
  public int mode(int index) {
    return entries.mode(positions[index]);
  }

  @Override
  public long mtime(int index) {
    return entries.mtime(positions[index]);
  }

  @Override
  public long content(int index) {
    return entries.content(positions[index]);
  }

  @Override
  public boolean isHardLink(int index) {
    return entries.isHardLink(positions[index]);
  }

  @Override
  public boolean isSymlink(int index) {
    return entries.isSymlink(positions[index]);
  }

  @Override
  public long inode(int index) {
    return entries.inode(positions[index]);
  }

  @Override
  public long ctime(int index) {
    return entries.ctime(positions[index]);
  }

  @Override
  public int compareName(int index, byte[] utf8, int length) {
    return entries.compareName(positions[index], utf8, length);
  }

  @Override
  public String component(int index) {
    return entries.component(positions[index]);
  }

  @Override
  public String parent(int index) {
    return entries.parent(positions[index]);
  }

  /** Where an entry lies in the list that it was chosen from. */
  public int position(int index) {
    return positions[index];
  }
}
