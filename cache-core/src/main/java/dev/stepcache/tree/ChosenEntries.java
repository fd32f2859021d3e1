package dev.stepcache.tree;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Some entries of a list, made when they are asked for: far smaller than a copy of a million. The
 * positions are not copied, and must not be changed any more.
 */
public final class ChosenEntries extends AbstractList<TreeEntry> implements RandomAccess {
  private final List<TreeEntry> entries;
  private final int[] positions;

  public ChosenEntries(List<TreeEntry> entries, int[] positions) {
    this.entries = entries;
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

  /** Where an entry lies in the list that it was chosen from. */
  public int position(int index) {
    return positions[index];
  }
}
