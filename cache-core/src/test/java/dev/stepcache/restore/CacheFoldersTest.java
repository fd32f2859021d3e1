package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.disk.RefusedEntryException;
import dev.stepcache.scan.TreeScan;
import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several cache paths that are held, scanned and filled together. */
class CacheFoldersTest {
  @TempDir Path folder;

  private Roots roots(String... namesAndPaths) {
    Map<String, Path> roots = new HashMap<>();
    for (int at = 0; at < namesAndPaths.length; at += 2) {
      roots.put(namesAndPaths[at], folder.resolve(namesAndPaths[at + 1]));
    }
    return new Roots(roots);
  }

  @Test
  void holdsAllOrNoneAndLeavesNoTraceOfThoseThatItTook() throws Exception {
    Files.createDirectories(folder.resolve("z"));
    CacheFolders both = new CacheFolders(roots("one", "made/a", "two", "z"));
    try (CacheFolder.FolderHold _ = new CacheFolder(folder.resolve("z")).holdAlone(Duration.ZERO)) {
      assertThatThrownBy(() -> both.holdAlone(Duration.ofMillis(60)))
          .isInstanceOf(BusyException.class);
      assertThat(folder.resolve("made")).doesNotExist();
    }

    try (CacheFolders.Hold hold = both.holdAlone(Duration.ZERO)) {
      assertThatThrownBy(() -> new CacheFolder(folder.resolve("made/a")).holdShared(Duration.ZERO))
          .isInstanceOf(BusyException.class);
      hold.leaveNoTrace();
    }
    assertThat(folder.resolve("made")).doesNotExist();
  }

  @Test
  void tellsOnceWhomALongWaitIsFor() throws Exception {
    Path cache = Files.createDirectories(folder.resolve("z"));
    CacheFolder.FolderHold held = new CacheFolder(cache).holdAlone(Duration.ZERO);
    List<String> told = new ArrayList<>();
    CacheFolders waiting =
        new CacheFolders(
            Roots.of(cache),
            notice -> {
              told.add(notice);
              assertThatCode(held::close).doesNotThrowAnyException();
            });

    waiting.holdShared(Duration.ofMinutes(5)).close();

    assertThat(told)
        .singleElement()
        .asString()
        .matches("another step is using " + cache + ": waiting for at most [23][0-9]{2} s");
  }

  @Test
  void tellsNothingOfAShortWait() throws Exception {
    Path cache = Files.createDirectories(folder.resolve("z"));
    List<String> told = new ArrayList<>();
    CacheFolders waiting = new CacheFolders(Roots.of(cache), told::add);
    try (CacheFolder.FolderHold _ = new CacheFolder(cache).holdAlone(Duration.ZERO)) {
      assertThatThrownBy(() -> waiting.holdAlone(Duration.ofMillis(60)))
          .isInstanceOf(BusyException.class);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void removesTheParentThatTwoWereMadeIn() throws Exception {
    try (CacheFolders.Hold hold =
        new CacheFolders(roots("one", "made/b", "two", "made/a")).holdAlone(Duration.ZERO)) {
      hold.leaveNoTrace();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void twoThatHoldTheSameUnderSwappedNamesNeverWaitForEachOther() throws Exception {
    Files.createDirectories(folder.resolve("x"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("x"));
    List<Callable<Integer>> holders = new ArrayList<>();
    for (Roots roots : List.of(roots("a", "x", "b", "y"), roots("a", "y", "b", "link"))) {
      holders.add(() -> {
        int held = 0;
        for (; held < 20; held++) {
          try (CacheFolders.Hold _ = new CacheFolders(roots).holdAlone(Duration.ofMinutes(1))) {
            Thread.sleep(1);
          }
        }
        return held;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (Future<Integer> held : threads.invokeAll(holders)) {
        assertThat(held.get()).isEqualTo(20);
      }
    }
  }

  @Test
  void refusesOneThatLiesInAnotherWhateverItsPathSays() throws Exception {
    Files.createDirectories(folder.resolve("x/y"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("x/y"));

    assertThatThrownBy(
            () -> new CacheFolders(roots("a", "x", "b", "link")).holdAlone(Duration.ZERO))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lies in the cache path");
    new CacheFolder(folder.resolve("x")).holdAlone(Duration.ZERO).close();
  }

  @Test
  void scansEachAsAFolderOfItsNameInTheOrderOfBytes() throws Exception {
    for (String name : List.of("x/f", "x/d/g", "y/f")) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), name);
    }
    Files.createLink(folder.resolve("x/again"), folder.resolve("x/f"));
    Files.createLink(folder.resolve("y/across"), folder.resolve("x/f"));
    Files.createDirectories(folder.resolve("y/.stepcache"));

    Tree tree = TreeScan.of(roots("a", "x", "a-b", "y"), (name, isFolder) -> name.equals("d/g"));

    assertThat(tree.entries())
        .extracting(entry -> entry.name().value())
        .containsExactly("a-b/across", "a-b/f", "a/again", "a/f");
    assertThat(tree.folders())
        .extracting(entry -> entry.name().value())
        .containsExactly("a", "a-b", "a/d");
    assertThat(tree.entries().get(0))
        .isInstanceOfSatisfying(
            TreeEntry.FileEntry.class, file -> assertThat(file.linkTo()).isEmpty());
    assertThat(tree.entries().get(3))
        .isInstanceOfSatisfying(
            TreeEntry.FileEntry.class,
            file -> assertThat(file.linkTo()).contains(new EntryName("a/again")));
  }

  @Test
  void refusesEntriesOfNoneOfThemAndLinksAcross() throws Exception {
    try (CacheFolders.Hold hold =
            new CacheFolders(roots("a", "x", "b", "y")).holdAlone(Duration.ZERO);
        Stage stage = hold.stage(RestoreMode.PRESERVE)) {
      StagedTree.file(stage, "a/f", "f");
      for (String name : List.of("f", "a", "c/f", ".stepcache/f", "a/.stepcache/f")) {
        assertThatThrownBy(() -> StagedTree.file(stage, name, "x"))
            .as(name)
            .isInstanceOf(RefusedEntryException.class);
      }
      assertThatThrownBy(() -> stage.hardLink(new EntryName("b/f"), new EntryName("a/f")))
          .isInstanceOf(RefusedEntryException.class)
          .hasMessageContaining("another cache path");
      stage.hardLink(new EntryName("a/g"), new EntryName("a/f"));
      stage.folder(new EntryName("b"), 0500, 0);
      assertThat(stage.isFolder(new EntryName("b"))).isTrue();
      stage.commit();
    }
    assertThat(folder.resolve("x/g")).hasContent("f");
    assertThat(Stat.ofPresent(folder.resolve("y")).permissions()).isEqualTo(0777);
  }

  @Test
  void clearsAndRemovesWhereItIsTold() throws Exception {
    try (CacheFolders.Hold hold =
            new CacheFolders(roots("a", "x", "b", "y")).holdAlone(Duration.ZERO);
        Stage stage = hold.stage(RestoreMode.PRESERVE)) {
      for (String name : List.of("a/d/f", "a/d/g", "b/f", "b/g")) {
        StagedTree.file(stage, name, "f");
      }
      stage.clear("a/d", name -> name.equals("a/d/g"));
      stage.remove(new EntryName("b/f"));
      stage.commit();
    }
    assertThat(TreeSnapshot.of(folder.resolve("x")).keySet()).containsExactly("d", "d/g");
    assertThat(TreeSnapshot.of(folder.resolve("y")).keySet()).containsExactly("g");
  }

  @Test
  void knowsWhichNamesACachePathMayHave() {
    assertThat(List.of("go", "a b", "é", ".cache", "...")).allMatch(Roots::isLegal);
    assertThat(List.of("", ".", "..", "a/b", ".stepcache", ".wh.", ".wh.a", "x".repeat(256)))
        .noneMatch(Roots::isLegal);
    assertThatThrownBy(() -> new Roots(Map.of("", folder, "a", folder)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
