package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.disk.RefusedEntryException;
import dev.stepcache.tree.EntryName;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What no staging makes, whichever way files are made. */
@ParameterizedClass
@ValueSource(strings = {"calls", "plain"})
class StagingRefusalsTest extends StagingCase {
  @Test
  void refusesToGoThroughLinks() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("there"), "safe");
    stage(staging -> {
      staging.symlink(new EntryName("l"), outside.toString(), 0);
      staging.symlink(new EntryName("d/up"), "../../../../outside", 0);
      assertRefused(() -> StagedTree.file(staging, "l/f", "x"));
      assertRefused(() -> StagedTree.file(staging, "l/a/f", "x"));
      assertRefused(() -> StagedTree.file(staging, "d/up/f", "x"));
      assertRefused(() -> StagedTree.file(staging, "l", "x"));
      assertRefused(() -> staging.symlink(new EntryName("l/x"), "y", 0));
      assertRefused(() -> StagedTree.folder(staging, "l", 0777));
      assertRefused(() -> staging.hardLink(new EntryName("h"), new EntryName("l/there")));
      assertRefused(() -> staging.hardLink(new EntryName("l/h"), new EntryName("d/up")));
      staging.remove(new EntryName("l/there"));
      staging.clear("l", name -> false);
    });

    assertThat(TreeSnapshot.of(outside).keySet()).containsExactly("there");
    assertThat(outside.resolve("there")).hasContent("safe");
  }

  @Test
  void refusesNamesTwiceAndWhatIsOurs() throws Exception {
    stage(staging -> {
      StagedTree.file(staging, "d/f", "x");
      assertRefused(() -> StagedTree.file(staging, "d/f", "y"));
      assertRefused(() -> StagedTree.file(staging, "d", "y"));
      assertRefused(() -> StagedTree.file(staging, "d/f/g", "y"));
      assertRefused(() -> StagedTree.folder(staging, "d/f", 0755));
      assertRefused(() -> staging.symlink(new EntryName("d/f"), "x", 0));
      assertRefused(() -> staging.hardLink(new EntryName("d/f"), new EntryName("d/f")));
      assertRefused(() -> staging.hardLink(new EntryName("h"), new EntryName("no")));
      assertRefused(() -> staging.hardLink(new EntryName("h"), new EntryName("d")));
      assertRefused(() -> StagedTree.file(staging, ".stepcache", "x"));
      assertRefused(() -> StagedTree.file(staging, ".stepcache/lock", "x"));
      assertRefused(() -> StagedTree.folder(staging, ".stepcache/commit", 0755));
      assertRefused(() -> staging.symlink(new EntryName("l"), "", 0));
      assertRefused(() -> staging.symlink(new EntryName("l"), "a\0b", 0));
      assertRefused(() -> staging.symlink(new EntryName("l"), "x".repeat(4096), 0));
      StagedTree.file(staging, "d/.stepcache", "fine");
      StagedTree.file(staging, ".stepcache-not", "fine");
    });
  }

  private interface Refused {
    void run() throws Exception;
  }

  private static void assertRefused(Refused refused) {
    assertThatThrownBy(refused::run).isInstanceOf(RefusedEntryException.class);
  }
}
