package dev.stepcache.scan;

import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import java.io.IOException;
import java.nio.file.AccessMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the files of a scanned tree are by now, where that stands in the way of saving them. Names
 * are those that come first in their hard-link groups. No content is read.
 *
 * @param vanished what is no longer there
 * @param changed what is there, but no longer what the scan saw
 * @param unreadable what this user may not read, with the reason, fit for people
 * @param linked those of the vanished whose content has other names in the tree
 */
public record RescanReport(
    SortedSet<EntryName> vanished,
    SortedSet<EntryName> changed,
    SortedMap<EntryName, String> unreadable,
    Set<EntryName> linked) {

  /** Looks at each file of a tree. */
  public static RescanReport at(Tree tree) {
    RescanReport look =
        new RescanReport(new TreeSet<>(), new TreeSet<>(), new TreeMap<>(), new HashSet<>());
    for (TreeEntry entry : tree.entries()) {
      if (entry instanceof TreeEntry.FileEntry file) {
        if (file.linkTo().isEmpty()) {
          look.look(file, tree.roots().path(file.name()));
        } else if (look.vanished.contains(file.linkTo().get())) {
          look.linked.add(file.linkTo().get());
        }
      }
    }
    return look;
  }

  private void look(TreeEntry.FileEntry file, Path path) {
    try {
      Stat now = Stat.ofPresent(path);
      if (now.ctime() != file.ctime() || now.inode() != file.inode() || !now.isFile()) {
        changed.add(file.name());
        return;
      }
      path.getFileSystem().provider().checkAccess(path, AccessMode.READ);
    } catch (NoSuchFileException e) {
      vanished.add(file.name());
    } catch (IOException e) {
      unreadable.put(file.name(), TreeScan.reason(e));
    }
  }
}
