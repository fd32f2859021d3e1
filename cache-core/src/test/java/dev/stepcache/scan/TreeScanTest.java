package dev.stepcache.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.disk.Listings;
import dev.stepcache.disk.PlainListings;
import dev.stepcache.disk.SystemCallListings;
import dev.stepcache.folder.Deletion;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeScanTest {
  @TempDir Path root;

  @Test
  void ordersNamesByTheirBytesAcrossFolders() throws Exception {
    for (String name :
        List.of("a/b", "a-b", "a.b/c", "a", "é", "\uffff", "\ud83d\ude00", "a/b/c")) {
      Path file = root.resolve(name.equals("a") || name.equals("a/b") ? name + "/z" : name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x");
    }
    Files.createDirectories(root.resolve("a-b-empty"));

    Tree tree = TreeScan.of(root);

    assertThat(names(tree.entries()))
        .containsExactly("a-b", "a.b/c", "a/b/c", "a/b/z", "a/z", "é", "\uffff", "\ud83d\ude00");
    assertThat(names(tree.folders())).containsExactly("a", "a-b-empty", "a.b", "a/b");
    assertThat(tree.unreadable()).isEmpty();
  }

  @Test
  void seesTheSameByTheSystemsCallsAndByTheJdks() throws Exception {
    Path folder = Files.createDirectories(root.resolve("a/b"));
    Files.createDirectory(root.resolve("empty"));
    Files.writeString(folder.resolve("f"), "content");
    Files.writeString(folder.resolve("\u00e9\u4e2d\ud83d\ude00"), "x");
    Files.createLink(root.resolve("linked"), folder.resolve("f"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("a/b"));
    Files.setLastModifiedTime(
        folder.resolve("f"), FileTime.from(-1_500_000_000L, TimeUnit.NANOSECONDS));
    Files.setAttribute(root.resolve("empty"), "unix:mode", 01750);
    for (int count = 0; count < 3000; count++) {
      Files.createFile(folder.resolve("so that one call does not list them all " + count));
    }

    Tree plain;
    Tree called;
    try (Listings listings = new PlainListings(root)) {
      plain = TreeScan.of(root, listings);
    }
    try (Listings listings = new SystemCallListings(root)) {
      called = TreeScan.of(root, listings);
    }

    assertThat(called.entries()).hasSize(3004).containsExactlyElementsOf(plain.entries());
    assertThat(called.folders()).hasSize(3).containsExactlyElementsOf(plain.folders());
    assertThat(called.bytes()).isEqualTo(plain.bytes()).isEqualTo(8);
  }

  @Test
  void tellsByColumnsWhatTheEntriesThemselvesTell() throws Exception {
    for (String name : List.of("a/b/c", "a/b-c", "a-b", "a.b/é", "\uffff/x", "\ud83d\ude00", "é")) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
    Files.createSymbolicLink(root.resolve("a/link"), Path.of("b"));
    Files.createLink(root.resolve("z"), root.resolve("a-b"));

    Tree tree = TreeScan.of(root);

    TreeEntries scanned = tree.entries();
    TreeEntries made = TreeEntries.of(List.copyOf(tree.entries()));
    int[] all = IntStream.range(0, scanned.size()).toArray();
    TreeEntries chosen = scanned.chosen(all).withAttributes().chosen(all);
    for (TreeEntries columns : List.of(scanned, made, chosen)) {
      for (int at = 0; at < columns.size(); at++) {
        TreeEntry entry = tree.entries().get(at);
        assertThat(columns.isSymlink(at)).isEqualTo(entry instanceof TreeEntry.SymlinkEntry);
        assertThat(columns.isHardLink(at))
            .isEqualTo(entry instanceof TreeEntry.FileEntry file && file.linkTo().isPresent());
        assertThat(columns.mode(at)).isEqualTo(entry.mode());
        assertThat(columns.component(at)).isEqualTo(entry.name().lastComponent());
        assertThat(columns.parent(at)).isEqualTo(entry.name().parent());
        switch (entry) {
          case TreeEntry.FileEntry file ->
              assertThat(List.of(columns.inode(at), columns.ctime(at)))
                  .containsExactly(file.inode(), file.ctime());
          case TreeEntry.SymlinkEntry link ->
              assertThat(List.of(columns.inode(at), columns.ctime(at)))
                  .containsExactly(link.inode(), link.ctime());
          case TreeEntry.FolderEntry folder -> throw new AssertionError(folder);
        }
        for (TreeEntry other : tree.entries()) {
          for (String part : List.of("", "/", "/x", "-", "\0")) {
            String name = other.name().value() + part;
            byte[] utf8 = Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), 99);
            int length = name.getBytes(StandardCharsets.UTF_8).length;
            assertThat(Integer.signum(columns.compareName(at, utf8, length)))
                .as("%s and %s", entry.name(), name)
                .isEqualTo(Integer.signum(EntryName.compare(entry.name().value(), name)));
          }
        }
      }
    }
  }

  @Test
  void tellsWhatAFileIs() throws Exception {
    Path file = Files.writeString(root.resolve("f"), "hello");
    Files.setAttribute(file, "unix:mode", 04751);
    Files.setLastModifiedTime(
        file, FileTime.from(1_234_567_890_123_456_789L, TimeUnit.NANOSECONDS));

    TreeEntry entry = TreeScan.of(root).entries().getFirst();

    assertThat(entry)
        .isEqualTo(
            new TreeEntry.FileEntry(
                new EntryName("f"),
                04751,
                1_234_567_890_123_456_789L,
                5,
                (long) Files.getAttribute(file, "unix:ino"),
                ((FileTime) Files.getAttribute(file, "unix:ctime")).to(TimeUnit.NANOSECONDS),
                Optional.empty()));
  }

  @Test
  void holdsManyEntries() throws Exception {
    Path first = Files.writeString(root.resolve("0000"), "");
    for (int number = 1; number < 5000; number++) {
      Files.createFile(root.resolve(String.format("%04d", number)));
    }
    Files.createLink(root.resolve("9999"), first);

    List<TreeEntry> entries = TreeScan.of(root).entries();

    assertThat(entries).hasSize(5001);
    assertThat(entries.get(4097).name().value()).isEqualTo("4097");
    assertThat(((TreeEntry.FileEntry) entries.getLast()).linkTo()).contains(new EntryName("0000"));
  }

  @Test
  void neverFollowsLinks() throws Exception {
    Files.createSymbolicLink(root.resolve("dangling"), Path.of("no/where"));
    Files.createSymbolicLink(root.resolve("folder"), Path.of("/etc"));

    Tree tree = TreeScan.of(root);

    assertThat(tree.entries())
        .extracting(entry -> ((TreeEntry.SymlinkEntry) entry).target())
        .containsExactly("no/where", "/etc");
  }

  @Test
  void groupsHardLinksUnderTheFirstName() throws Exception {
    Path outside = Files.writeString(root.resolve("outside"), "x");
    Path cache = Files.createDirectories(root.resolve("cache/sub")).getParent();
    Files.createLink(cache.resolve("alone"), outside);
    Path first = Files.writeString(cache.resolve("sub/x"), "y");
    Files.createLink(cache.resolve("sub-before"), first);
    Files.createLink(cache.resolve("z"), first);

    assertThat(TreeScan.of(cache).entries())
        .extracting(entry ->
            entry.name() + " " + ((TreeEntry.FileEntry) entry).linkTo().map(EntryName::value))
        .containsExactly(
            "alone Optional.empty",
            "sub-before Optional.empty",
            "sub/x Optional[sub-before]",
            "z Optional[sub-before]");
  }

  @Test
  void leavesOutOursOnlyAtTheRoot() throws Exception {
    Files.createDirectories(root.resolve(".stepcache/x"));
    Files.createDirectories(root.resolve("a/.stepcache"));
    Files.writeString(root.resolve("a/.stepcache/f"), "");
    Files.writeString(root.resolve(".stepcache-not"), "");

    assertThat(names(TreeScan.of(root).entries()))
        .containsExactly(".stepcache-not", "a/.stepcache/f");
  }

  @Test
  void countsWhatIsNeitherFileFolderNorLink() throws Exception {
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
      assertThat(new ProcessBuilder("mkfifo", root.resolve("fifo").toString()).start().waitFor())
          .isZero();

      Tree tree = TreeScan.of(root);

      assertThat(tree.special()).isEqualTo(2);
      assertThat(tree.entries()).isEmpty();
      assertThat(tree.unreadable()).isEmpty();
    }
  }

  @Test
  void tellsNamesThatAreNotUtf8AsUnreadable() throws Exception {
    Path folder = Files.createDirectory(root.resolve("folder"));
    Files.createFile(Path.of(URI.create(folder.toUri() + "bad%FF%0Aname")));
    Files.createFile(folder.resolve("good\ufffd"));
    Files.createSymbolicLink(
        folder.resolve("link"), Path.of("/").relativize(Path.of(URI.create("file:///x%FE"))));

    Tree tree = TreeScan.of(root);

    assertThat(names(tree.entries())).containsExactly("folder/good\ufffd");
    assertThat(tree.unreadable())
        .containsExactlyInAnyOrder(
            new Tree.Unreadable("folder/bad\\xff\\x0aname", "the name is not UTF-8"),
            new Tree.Unreadable("folder/link", "the link's target is not UTF-8"));
  }

  @Test
  void tellsFoldersThatCannotBeListed() throws Exception {
    Path closed = Files.createDirectory(root.resolve("clo\nsed"));
    Files.writeString(closed.resolve("f"), "");
    Files.setAttribute(closed, "unix:mode", 0);
    try {
      Tree tree = TreeScan.of(root);
      if (Files.isReadable(closed)) {
        assertThat(tree.unreadable()).as("root may read all").isEmpty();
      } else {
        assertThat(tree.unreadable())
            .containsExactly(new Tree.Unreadable("clo\\u000ased", denied(closed)));
        assertThat(tree.folders()).isEmpty();
      }
    } finally {
      Files.setAttribute(closed, "unix:mode", 0700);
    }
  }

  /** Who makes a file here owns it, so both are the same. */
  private static String denied(Path closed) throws IOException {
    String user =
        Files.getAttribute(closed, "unix:uid") + ":" + Files.getAttribute(closed, "unix:gid");
    return "permission denied to " + user + ", of " + user + ", mode 0";
  }

  @Test
  void scansDeepTrees() throws Exception {
    String deepest = String.join("/", Collections.nCopies(1900, "d"));
    Path folder = root;
    for (int level = 0; level < 1900; level++) {
      folder = folder.resolve("d");
      Files.createDirectory(folder);
    }
    Files.writeString(folder.resolve("f"), "");

    Tree tree = TreeScan.of(root);

    assertThat(names(tree.entries())).containsExactly(deepest + "/f");
    assertThat(tree.folders()).hasSize(1900);
    Deletion.ofChildren(root);
  }

  @Test
  void refusesWhatIsNoFolder() throws Exception {
    Path file = Files.writeString(root.resolve("f"), "");
    assertThatThrownBy(() -> TreeScan.of(file)).isInstanceOf(NotDirectoryException.class);
  }

  static List<String> names(List<? extends TreeEntry> entries) {
    return entries.stream().map(entry -> entry.name().value()).toList();
  }

  @Test
  void stopsWhenItIsInterrupted() throws IOException {
    Files.createFile(root.resolve("f"));

    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> TreeScan.of(root)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
