package dev.stepcache.tree;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;

/**
 * Entries held as columns of about 60 bytes each, made into records when they are asked for: a tree
 * of a million files must fit a small heap.
 */
final class ScannedEntries extends AbstractList<TreeEntry> implements RandomAccess {
  private static final int NUMBERS = 4;

  private final List<String> folders = new ArrayList<>();
  private byte[] names = new byte[1024];
  private int[] ends = new int[64];
  private int[] folderOf = new int[64];
  private short[] modes = new short[64];

  /** For each entry: mtime, ctime, inode, size. */
  private long[] numbers = new long[64 * NUMBERS];

  private final Map<Integer, String> targets = new HashMap<>();
  private final Map<Integer, Integer> links = new HashMap<>();
  private int size;

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
    if (size == ends.length) {
      int capacity = Math.addExact(size, size / 2);
      ends = Arrays.copyOf(ends, capacity);
      folderOf = Arrays.copyOf(folderOf, capacity);
      modes = Arrays.copyOf(modes, capacity);
      numbers = Arrays.copyOf(numbers, Math.multiplyExact(capacity, NUMBERS));
    }
    byte[] bytes = component.getBytes(StandardCharsets.UTF_8);
    int start = start(size);
    if (names.length - start < bytes.length) {
      names = Arrays.copyOf(names, Math.addExact(names.length, names.length / 2 + bytes.length));
    }
    System.arraycopy(bytes, 0, names, start, bytes.length);
    ends[size] = start + bytes.length;
    folderOf[size] = folder;
    modes[size] = (short) stat.permissions();
    numbers[size * NUMBERS] = stat.mtime();
    numbers[size * NUMBERS + 1] = stat.ctime();
    numbers[size * NUMBERS + 2] = stat.inode();
    numbers[size * NUMBERS + 3] = stat.size();
    target.ifPresent(text -> targets.put(size, text));
    first.ifPresent(position -> links.put(size, position));
    return size++;
  }

  @Override
  public TreeEntry get(int index) {
    EntryName name = name(index);
    int at = index * NUMBERS;
    String target = targets.get(index);
    if (target != null) {
      return new TreeEntry.SymlinkEntry(
          name, numbers[at], target, numbers[at + 2], numbers[at + 1]);
    }
    return new TreeEntry.FileEntry(
        name,
        modes[index],
        numbers[at],
        numbers[at + 3],
        numbers[at + 2],
        numbers[at + 1],
        Optional.ofNullable(links.get(index)).map(this::name));
  }

  @Override
  public int size() {
    return size;
  }

  private EntryName name(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    int start = start(index);
    String component = new String(names, start, ends[index] - start, StandardCharsets.UTF_8);
    String folder = folders.get(folderOf[index]);
    return new EntryName(folder.isEmpty() ? component : folder + '/' + component);
  }

  private int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }
}
