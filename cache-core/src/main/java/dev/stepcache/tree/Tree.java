package dev.stepcache.tree;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * What a scan saw below a cache path.
 *
 * @param root the cache path; itself no entry
 * @param folders in the order of their names' bytes
 * @param entries files and symlinks, in the order of their names' bytes
 * @param special how many sockets, fifos and devices were left out
 * @param unreadable the names of what could not be read, fit for people, with the reason; when
 *     there are any, the tree must not be saved
 */
public record Tree(
    Path root,
    List<TreeEntry.FolderEntry> folders,
    List<TreeEntry> entries,
    int special,
    List<Unreadable> unreadable) {
  public Tree {
    folders = List.copyOf(folders);
    // Entries are made when they are asked for, from columns that nobody changes any more: a copy
    // would be many times as large.
    entries = Collections.unmodifiableList(entries);
    unreadable = List.copyOf(unreadable);
  }

  /** Something that is there and could not be read. */
  public record Unreadable(String name, String why) {}
}
