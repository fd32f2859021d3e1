package dev.stepcache.restore;

import dev.stepcache.folder.Deletion;
import dev.stepcache.folder.FileAttributes;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** A cache path with content, and a staged tree that meets it in every way there is. */
final class MergedTree {
  private static final long OLD = 1_500_000_000_000_000_007L;

  private MergedTree() {}

  static Path before(Path cache) throws IOException {
    Files.createDirectories(cache);
    file(cache, "kept", "kept");
    file(cache, "merged/replaced", "old");
    file(cache, "merged/kept%\n x", "old");
    file(cache, "merged/deep/er/kept", "old");
    file(cache, "closed/replaced", "old");
    file(cache, "closed/inner/kept", "old");
    file(cache, "becomes-file/closed/f", "old");
    file(cache, "becomes-folder", "old");
    file(cache, "linked", "old");
    Files.createLink(cache.resolve("merged/linked"), cache.resolve("linked"));
    file(cache, "outside-of-stage/f", "safe");
    Files.createSymbolicLink(cache.resolve("link-becomes-folder"), Path.of("outside-of-stage"));
    Files.createSymbolicLink(cache.resolve("becomes-link"), Path.of("dangling"));
    FileAttributes.time(cache.resolve("becomes-link"), OLD + 9);
    for (String closed : new String[] {"becomes-file/closed", "closed/inner", "closed"}) {
      folder(cache, closed, 0555);
    }
    folder(cache, "becomes-file", 0500);
    folder(cache, "merged/deep/er", 0750);
    folder(cache, "merged/deep", 0711);
    folder(cache, "merged", 0755);
    return cache;
  }

  private static void file(Path cache, String name, String content) throws IOException {
    Path file = cache.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    FileAttributes.time(file, OLD + name.length());
    FileAttributes.mode(file, 0640);
  }

  private static void folder(Path cache, String name, int mode) throws IOException {
    FileAttributes.time(cache.resolve(name), OLD + 1000 + name.length());
    FileAttributes.mode(cache.resolve(name), mode);
  }

  static void stage(Stage staging) throws IOException {
    stage(staging, "");
  }

  /** The same below a folder, whose name ends in '/'. */
  static void stage(Stage staging, String above) throws IOException {
    StagedTree.file(staging, above + "merged/replaced", "new");
    StagedTree.file(staging, above + "merged/new/a/b", "new");
    StagedTree.file(staging, above + "merged/deep/er/new", "new");
    StagedTree.file(staging, above + "merged/linked", "new");
    StagedTree.file(staging, above + "closed/replaced", "new");
    StagedTree.file(staging, above + "closed/inner/new", "new");
    StagedTree.file(staging, above + "becomes-file", "new");
    StagedTree.file(staging, above + "becomes-folder/f", "new");
    StagedTree.file(staging, above + "link-becomes-folder/f", "new");
    StagedTree.file(staging, above + "all/new/f", "new");
    StagedTree.folder(staging, above + "all/new/closed", 0555);
    staging.symlink(new EntryName(above + "becomes-link"), "elsewhere", StagedTree.TIME);
    for (String name :
        new String[] {"merged/deep", "closed/inner", "closed", "becomes-folder", "merged/new"}) {
      StagedTree.folder(staging, above + name, 0555);
    }
    finishSome(staging, above);
  }

  /** Of those that are placed, merged, closed, or lie below what is placed; the rest is left. */
  private static void finishSome(Stage staging, String above) throws IOException {
    StagedTree.folder(staging, above + "all/new/inner", 0750);
    StagedTree.folder(staging, above + "all/new/inner/most", 0700);
    List<FolderEntry> some = new ArrayList<>();
    some.add(folder(above + "all/new/closed", 0555));
    some.add(folder(above + "all/new/inner", 0750));
    some.add(folder(above + "all/new/inner/most", 0700));
    some.add(folder(above + "merged/deep", 0555));
    some.add(folder(above + "merged/new", 0555));
    some.add(folder(above + "merged/new/a", 0755));
    staging.finishFolders(some);
  }

  private static FolderEntry folder(String name, int mode) {
    return new FolderEntry(new EntryName(name), mode, StagedTree.TIME);
  }

  /** What the merge makes of it, by names and contents. */
  static boolean isMerged(SortedMap<String, TreeSnapshot.Entry> tree) {
    return tree.containsKey("merged/new/a/b") && tree.get("becomes-file").kind().equals("file");
  }

  /** Lets a temporary folder be removed by whoever is not root. */
  static void open(Path folder) throws IOException {
    Deletion.ofChildren(folder);
  }
}
