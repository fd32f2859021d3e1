package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.disk.ContentSource;
import dev.stepcache.scan.TreeScan;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocaleTest {
  @TempDir Path folder;

  /** Restores names of all kinds, and tells what a scan then sees. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
      Path cache = Path.of(args[0]);
      try (CacheFolder.FolderHold hold = new CacheFolder(cache).holdAlone(Duration.ZERO);
          Staging staging = hold.stage(RestoreMode.SHARED)) {
        for (String name : new String[] {"plain", "\u00e9/\ud83d\ude00 \n", "\ufffd/x"}) {
          byte[] content = name.getBytes(StandardCharsets.UTF_8);
          staging.file(
              new EntryName(name),
              ContentSource.of(new ByteArrayInputStream(content)),
              content.length,
              0644,
              0);
        }
        for (String target : new String[] {"\u00e9/", "/\u00e9//x", "\u00e9", "a/"}) {
          staging.symlink(new EntryName("l" + Integer.toHexString(target.hashCode())), target, 0);
        }
        staging.hardLink(new EntryName("\u00fc"), new EntryName("\u00e9/\ud83d\ude00 \n"));
        staging.commit();
      }
      StringBuilder told = new StringBuilder();
      Tree tree = TreeScan.of(cache);
      for (TreeEntry entry : tree.entries()) {
        told.append(
            switch (entry) {
              case TreeEntry.FileEntry file ->
                  file.name()
                      + " "
                      + file.linkTo()
                      + Files.readAllBytes(file.name().under(cache)).length;
              case TreeEntry.SymlinkEntry link -> link.name() + " " + link.target();
              case TreeEntry.FolderEntry other -> throw new AssertionError(other);
            });
      }
      told.append(tree.unreadable());
      told.chars().forEach(c -> System.out.print(c < 0x80 ? "" + (char) c : "\\" + c));
    }
  }

  @Test
  void namesAreTheSameInEveryLocale() throws Exception {
    String utf8 = told("C.UTF-8");

    assertThat(utf8).contains("\\233").contains("\\65533").endsWith("[]");
    assertThat(told("C")).isEqualTo(utf8);
    assertThat(untimed("C").values())
        .extracting(TreeSnapshot.Entry::mode)
        .as("whatever the umask")
        .containsOnly("666", "777");
    assertThat(untimed("C")).isEqualTo(untimed("C.UTF-8"));
  }

  private SortedMap<String, TreeSnapshot.Entry> untimed(String cache) throws Exception {
    SortedMap<String, TreeSnapshot.Entry> tree = TreeSnapshot.of(folder.resolve(cache));
    tree.replaceAll((name, entry) -> entry.anyTime());
    return tree;
  }

  private String told(String locale) throws Exception {
    Process process = ChildProcess.start(locale, Main.class, folder.resolve(locale));
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }
}
