package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.disk.ContentSource;
import dev.stepcache.disk.NewFiles;
import dev.stepcache.disk.PlainFiles;
import dev.stepcache.disk.SystemCallFiles;
import dev.stepcache.folder.FileAttributes;
import dev.stepcache.scan.TreeScan;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ways of making files keep the same promises. */
@ParameterizedClass
@ValueSource(strings = {"calls", "plain"})
class StagingTest extends StagingCase {
  @Test
  void filesAreMadeTheWayThatWasChosen() throws IOException {
    try (NewFiles made = NewFiles.below(folder)) {
      assertThat(made)
          .isInstanceOf(files.equals("plain") ? PlainFiles.class : SystemCallFiles.class);
    }
  }

  @Test
  void saysWhatTheFileSystemMadeOfAnEntry() throws Exception {
    stage(staging -> {
      byte[] content = new byte[70_000];
      FileIdentity file =
          staging.file(
              new EntryName("d/f"),
              ContentSource.of(new ByteArrayInputStream(content)),
              content.length,
              0751,
              StagedTree.TIME);
      FileIdentity linked = staging.hardLink(new EntryName("l"), new EntryName("d/f"));
      Path path = staging.root().resolve("d/f");

      assertThat(file).isEqualTo(FileIdentity.of(Stat.ofPresent(path)));
      assertThat(file.mtime()).isEqualTo(StagedTree.TIME);
      assertThat(linked).isEqualTo(file);
      FileIdentity link = staging.symlink(new EntryName("s"), "d/f", 7);
      assertThat(link).isEqualTo(FileIdentity.of(Stat.ofPresent(staging.root().resolve("s"))));
    });
  }

  @Test
  void theProcessKeepsItsUmask() throws Exception {
    Path before = Files.createFile(folder.resolve("before"));
    restore(RestoreMode.SHARED, staging -> StagedTree.file(staging, "f", "x"));
    Path after = Files.createFile(folder.resolve("after"));

    assertThat(Stat.ofPresent(after).mode()).isEqualTo(Stat.ofPresent(before).mode());
  }

  @Test
  void restoresTheExactTree() throws Exception {
    Path original = Files.createDirectory(folder.resolve("original"));
    Random random = new Random(1);
    List<String> names =
        List.of(
            "a/b/c",
            "new\nline\u001b",
            "n".repeat(255),
            "é/\ud83d\ude00",
            " ",
            "-x",
            "A",
            "a%41",
            ".wh.x");
    long[] times = {0, 7_258_118_400_123_456_789L, 1_700_000_000_000_000_001L, -1_000_000_001L};
    int at = 0;
    for (String name : names) {
      Path file = original.resolve(name);
      Files.createDirectories(file.getParent());
      byte[] bytes = new byte[random.nextInt(300_000)];
      random.nextBytes(bytes);
      Files.write(file, bytes);
      Files.setAttribute(file, "unix:mode", new int[] {0644, 0755, 0400, 0600}[at % 4]);
      FileAttributes.time(file, times[at++ % times.length]);
    }
    Files.createFile(original.resolve("empty"));
    Files.createLink(original.resolve("a/linked"), original.resolve("a/b/c"));
    Files.createLink(original.resolve("zz"), original.resolve("a/b/c"));
    FileAttributes.time(
        Files.createSymbolicLink(original.resolve("to"), Path.of("/no/where")), 12_345);
    Files.createSymbolicLink(original.resolve("a/up"), Path.of("../../../.."));
    Files.createDirectories(original.resolve("hollow/inner"));
    FileAttributes.mode(original.resolve("hollow/inner"), 0555);
    FileAttributes.time(original.resolve("hollow"), 1);
    FileAttributes.mode(original.resolve("a/b"), 0555);

    restore(RestoreMode.PRESERVE, staging -> copy(TreeScan.of(original), staging));

    assertThat(TreeSnapshot.of(cache())).isEqualTo(TreeSnapshot.of(original));
    open(original.resolve("a/b"), cache().resolve("a/b"));
  }

  private static void copy(Tree tree, Staging staging) throws IOException {
    for (TreeEntry entry : tree.entries()) {
      switch (entry) {
        case TreeEntry.FileEntry file when file.linkTo().isPresent() ->
            staging.hardLink(file.name(), file.linkTo().get());
        case TreeEntry.FileEntry file -> {
          try (InputStream in = Files.newInputStream(tree.roots().path(file.name()))) {
            staging.file(file.name(), ContentSource.of(in), file.size(), file.mode(), file.mtime());
          }
        }
        case TreeEntry.SymlinkEntry link ->
            staging.symlink(link.name(), link.target(), link.mtime());
        case TreeEntry.FolderEntry other -> throw new AssertionError(other);
      }
    }
    for (TreeEntry.FolderEntry entry : tree.folders()) {
      staging.folder(entry.name(), entry.mode(), entry.mtime());
    }
  }

  private static void open(Path... folders) throws IOException {
    for (Path folder : folders) {
      FileAttributes.mode(folder, 0755);
    }
  }

  @Test
  void sharedModeLetsEveryUserIn() throws Exception {
    restore(
        RestoreMode.SHARED,
        staging -> {
          StagedTree.file(staging, "d/secret", new byte[1], 0400, 0);
          StagedTree.file(staging, "d/run", new byte[1], 06711, 0);
          StagedTree.folder(staging, "closed", 0500);
        });

    assertThat(TreeSnapshot.of(cache()))
        .satisfies(tree -> {
          assertThat(tree.get("d").mode()).isEqualTo("777");
          assertThat(tree.get("closed").mode()).isEqualTo("777");
          assertThat(tree.get("d/secret").mode()).isEqualTo("666");
          assertThat(tree.get("d/run").mode()).isEqualTo("777");
        });
    assertThat(mode(cache())).isEqualTo(0777);
  }

  @Test
  void preserveDropsOnlyTheHighBits() throws Exception {
    restore(
        RestoreMode.PRESERVE,
        staging -> {
          StagedTree.file(staging, "x", new byte[1], 07711, 0);
          StagedTree.file(staging, "closed", new byte[1], 0, 0);
          StagedTree.folder(staging, "d", 01750);
        });

    assertThat(mode(cache().resolve("x"))).isEqualTo(0711);
    assertThat(mode(cache().resolve("closed"))).isZero();
    assertThat(mode(cache().resolve("d"))).isEqualTo(0750);
  }

  @Test
  void aFolderKeepsTheSetGroupBitThatItInherits() throws Exception {
    Files.createDirectory(cache());
    FileAttributes.mode(cache(), 02775);

    restore(RestoreMode.SHARED, staging -> StagedTree.file(staging, "d/e/f", "x"));

    assertThat(mode(cache().resolve("d/e"))).isEqualTo(02777);
    assertThat(mode(cache().resolve("d/e/f"))).isEqualTo(0666);
  }

  private static int mode(Path path) throws IOException {
    return Stat.ofPresent(path).permissions();
  }

  @Test
  void longAlignedRunsOfZerosBecomeHoles() throws Exception {
    int mib = 1 << 20;
    byte[] content = new byte[3 * mib + 5];
    content[0] = 1;
    content[mib] = 2;
    restore(
        RestoreMode.SHARED,
        staging -> {
          StagedTree.file(staging, "middle", content, 0644, 0);
          StagedTree.file(staging, "end", Arrays.copyOf(content, 2 * mib), 0644, 0);
          StagedTree.file(staging, "all", new byte[mib], 0644, 0);
        });

    assertThat(Files.readAllBytes(cache().resolve("middle"))).isEqualTo(content);
    assertThat(Files.readAllBytes(cache().resolve("end")))
        .isEqualTo(Arrays.copyOf(content, 2 * mib));
    assertThat(Files.readAllBytes(cache().resolve("all"))).isEqualTo(new byte[mib]);
    assertThat(kibOnDisk("middle")).isLessThanOrEqualTo(3 * 64);
    assertThat(kibOnDisk("end")).isLessThanOrEqualTo(2 * 64);
    assertThat(kibOnDisk("all")).isZero();
  }

  private long kibOnDisk(String name) throws Exception {
    Process du = new ProcessBuilder("du", "-k", cache().resolve(name).toString()).start();
    return Long.parseLong(new String(du.getInputStream().readAllBytes()).split("\\s")[0]);
  }

  @Test
  void filesOverEightGigabytesAreMade() throws Exception {
    long size = (9L << 30) + 1;
    InputStream zeros =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            Arrays.fill(buffer, offset, offset + length, (byte) 0);
            return length;
          }
        };
    stage(staging -> {
      staging.file(new EntryName("big"), ContentSource.of(zeros), size, 0644, 0);
      try (Stream<Path> found = Files.find(cache(), 5, (path, a) -> path.endsWith("big"))) {
        assertThat(found.map(path -> path.toFile().length())).containsExactly(size);
      }
    });
  }

  @Test
  void tooLittleContentIsAnErrorAndFreesTheName() throws Exception {
    restore(
        RestoreMode.SHARED,
        staging -> {
          assertThatThrownBy(() ->
                  staging.file(
                      new EntryName("a/f"),
                      ContentSource.of(new ByteArrayInputStream(new byte[9])),
                      10,
                      0644,
                      0))
              .isInstanceOf(EOFException.class);
          StagedTree.file(staging, "a/f", "whole");
        });

    assertThat(cache().resolve("a/f")).hasContent("whole");
  }

  @Test
  void linkTargetsComeBackAsTheyWere() throws Exception {
    List<String> targets = List.of("a//b", "folder/", "/", "..", "é\n", "//x", "./x");
    restore(
        RestoreMode.SHARED,
        staging -> {
          for (int at = 0; at < targets.size(); at++) {
            staging.symlink(new EntryName("l" + at), targets.get(at), 5);
          }
        });

    for (int at = 0; at < targets.size(); at++) {
      Path link = cache().resolve("l" + at);
      assertThat(Files.readSymbolicLink(link).toString()).isEqualTo(targets.get(at));
      assertThat(Files.getLastModifiedTime(link, LinkOption.NOFOLLOW_LINKS))
          .isEqualTo(FileTime.from(Instant.ofEpochSecond(0, 5)));
    }
  }

  @Test
  void removesAndClears() throws Exception {
    restore(
        RestoreMode.SHARED,
        staging -> {
          StagedTree.file(staging, "gone/a/f", "x");
          StagedTree.file(staging, "gone-not/f", "x");
          StagedTree.file(staging, "emptied/a/f", "x");
          staging.remove(new EntryName("gone"));
          staging.remove(new EntryName("never/was"));
          staging.clear("emptied", name -> false);
          staging.clear("never", name -> false);
          StagedTree.file(staging, "gone/a", "now a file");
        });

    assertThat(TreeSnapshot.of(cache()).keySet())
        .containsExactly("emptied", "gone", "gone-not", "gone-not/f", "gone/a");
  }

  @Test
  void threadsMayShareFolders() throws Exception {
    for (int round = 0; round < 10; round++) {
      stage(staging -> {
        List<Callable<Map<String, String>>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
          int number = thread;
          tasks.add(() -> {
            for (int file = 0; file < 40; file++) {
              StagedTree.file(staging, "s/" + file + "/deep/" + number, "x");
            }
            return Map.of();
          });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
          for (Future<?> done : threads.invokeAll(tasks)) {
            done.get();
          }
        }
        try (Stream<Path> made = Files.walk(staging.root())) {
          assertThat(made.filter(Files::isRegularFile)).hasSize(8 * 40);
        }
      });
    }
  }
}
