package dev.stepcache.tree;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a scan saw below a cache path.
 *
 * @param roots the cache paths; themselves no entries, but those that have names are folders here
 * @param folders in the order of their names' bytes
 * @param entries files and symlinks, in the order of their names' bytes
 * @param special how many sockets, fifos and devices were left out
 * @param unreadable the names of what could not be read, fit for people, with the reason; when
 *     there are any, the tree is not the whole of what is there
 * @param mounted the names of what is mounted below the cache paths and is no part of the tree, fit
 *     for people
 */
public record Tree(
    Roots roots,
    List<TreeEntry.FolderEntry> folders,
    TreeEntries entries,
    int special,
    List<Unreadable> unreadable,
    List<String> mounted) {
  /** One that nothing is mounted in. */
  public Tree(
      Roots roots,
      List<TreeEntry.FolderEntry> folders,
      List<TreeEntry> entries,
      int special,
      List<Unreadable> unreadable) {
    this(roots, folders, TreeEntries.of(entries), special, unreadable, List.of());
  }

  public Tree {
    folders = List.copyOf(folders);
    unreadable = List.copyOf(unreadable);
    mounted = List.copyOf(mounted);
  }

  /** Something that is there and could not be read. */
  public record Unreadable(String name, String why) {}

  /**
   * The same without some files and symlinks. A hard-link group goes as a whole, if the name that
   * comes first in order is among them.
   */
  public Tree without(Set<EntryName> names) {
    if (names.isEmpty()) {
      return this;
    }
    int[] kept =
        IntStream.range(0, entries.size())
            .filter(at -> !names.contains(entries.firstName(at)))
            .toArray();
    return new Tree(roots, folders, entries.chosen(kept), special, unreadable, mounted);
  }

  /**
   * The same without the files and symlinks at some positions, and without the folders that are
   * empty for that. A hard-link group is to go or to stay as a whole.
   */
  public Tree without(BitSet positions) {
    if (positions.isEmpty()) {
      return this;
    }
    int[] kept = IntStream.range(0, entries.size()).filter(at -> !positions.get(at)).toArray();
    Tree less = new Tree(roots, folders, entries.chosen(kept), special, unreadable, mounted);
    Set<String> emptied = less.emptyFolders();
    emptied.removeAll(roots.names());
    for (String empty : emptyFolders()) {
      for (String stays = empty; !stays.isEmpty() && emptied.remove(stays); ) {
        stays = EntryName.parent(stays);
      }
    }
    List<TreeEntry.FolderEntry> folders =
        this.folders.stream().filter(folder -> !emptied.contains(folder.name().value())).toList();
    return new Tree(roots, folders, less.entries, special, unreadable, mounted);
  }

  /** The sum of the files' sizes, each hard-link group once. */
  public long bytes() {
    return entries.bytes();
  }

  /** The folders that no file or link lies below. */
  public Set<String> emptyFolders() {
    Set<String> empty = new HashSet<>();
    folders.forEach(folder -> empty.add(folder.name().value()));
    for (int at = 0; at < entries.size(); at++) {
      String folder = entries.parent(at);
      while (!folder.isEmpty() && empty.remove(folder)) {
        folder = EntryName.parent(folder);
      }
    }
    return empty;
  }

  /** The newest time of an entry or folder, in nanoseconds since 1970. */
  public long newest() {
    return Math.max(
        IntStream.range(0, entries.size()).mapToLong(entries::mtime).max().orElse(0),
        folders.stream().mapToLong(TreeEntry::mtime).max().orElse(0));
  }
}
