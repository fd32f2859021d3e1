package dev.stepcache.restore;

import dev.stepcache.disk.Ownership;
import dev.stepcache.folder.FileAttributes;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.syscall.Stat;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The folders that a hold made to have something to hold; open to all users. */
final class CreatedFolders {
  private static final int OPEN_TO_ALL = 0777;

  /** Outermost first. */
  private final List<Path> made = new ArrayList<>();

  private boolean ours;

  /** Makes a cache path with its parents, where they are not there. */
  void cache(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      cache(parent);
    }
    try {
      Files.createDirectory(folder);
      made.add(folder);
      openToAll(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw new NotDirectoryException(folder.toString());
      }
    }
  }

  /** Makes our folder; a link in its place is refused. */
  void ours(Path folder) throws IOException {
    if (Stat.isFolder(folder)) {
      return;
    }
    try {
      Files.createDirectory(folder);
      ours = true;
      openToAll(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Stat.isFolder(folder)) {
        throw new NotDirectoryException(folder.toString());
      }
    }
  }

  /** Removes what was made, from the inside, as far as nothing but the lock was put there. */
  void remove(Path ours) throws IOException {
    if (!this.ours) {
      return;
    }
    try (OpenFolder folder = OpenFolder.of(ours)) {
      List<byte[]> names = folder.names();
      if (names.size() != 1 || !Arrays.equals(names.getFirst(), FolderLock.NAME)) {
        return;
      }
      folder.remove(FolderLock.NAME);
    }
    List<Path> outwards = new ArrayList<>(List.of(ours));
    outwards.addAll(made.reversed());
    for (Path folder : outwards) {
      try {
        // One may have been made twice, if its last holder took it away in between.
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }

  static boolean isAsMade(Path folder) throws IOException {
    if (!Ownership.isOwn(folder)
        || (Stat.ofPresent(folder).permissions() & OPEN_TO_ALL) != OPEN_TO_ALL) {
      return false;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      return !children.iterator().hasNext();
    }
  }

  /** Whatever the umask: the next step may be another user. A set-group bit stays. */
  private static void openToAll(Path folder) throws IOException {
    int modeOnDisk = Stat.ofPresent(folder).permissions();
    if ((modeOnDisk & OPEN_TO_ALL) != OPEN_TO_ALL) {
      FileAttributes.mode(folder, modeOnDisk | OPEN_TO_ALL);
    }
  }
}
