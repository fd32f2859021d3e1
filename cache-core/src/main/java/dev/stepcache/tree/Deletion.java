package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Removes trees, of any depth, without following a link, also below folders without permission. */
final class Deletion {
  private Deletion() {}

  /** Removes a name with all below it; nothing there is no error. */
  static void of(Path path) throws IOException {
    if (!deleted(path)) {
      ofChildren(path);
      Files.deleteIfExists(path);
    }
  }

  /** Removes as much as can be removed. What is left is tried again by the next hold. */
  static void quietly(Path path) {
    try {
      of(path);
    } catch (IOException e) {
      // Garbage in a folder of ours harms nobody.
    }
  }

  static void ofChildren(Path folder) throws IOException {
    List<Path> emptied = new ArrayList<>();
    Deque<Path> full = new ArrayDeque<>();
    full.push(folder);
    while (!full.isEmpty()) {
      Path next = full.pop();
      if (!next.equals(folder)) {
        emptied.add(next);
      }
      Changes.open(next);
      for (Path child : children(next)) {
        if (!deleted(child)) {
          full.push(child);
        }
      }
    }
    for (Path last : emptied.reversed()) {
      Files.deleteIfExists(last);
    }
  }

  /** The folder's content, listed before anything in it is changed. */
  static List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> listed = Files.newDirectoryStream(folder)) {
      listed.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }

  /** False for a folder that is not empty; its entries may now be removed. */
  private static boolean deleted(Path path) throws IOException {
    try {
      Files.deleteIfExists(path);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }
}
