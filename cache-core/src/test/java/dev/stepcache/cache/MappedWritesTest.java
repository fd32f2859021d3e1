package dev.stepcache.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.SystemProperty;
import dev.stepcache.cache.UploadRequest.When;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.RealFileSystem;
import dev.stepcache.restore.RestoreMode;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Writes through a shared mapping, which is never forced, on the file systems that a cache path
 * lies on: an upload notices each of them. All but the first need root.
 */
@ParameterizedClass
@CsvSource({
  "plain folder, calls",
  "plain folder, plain",
  "tmpfs, calls",
  "tmpfs, plain",
  "ext4, calls",
  "xfs, calls",
  "overlay on the disk, calls",
  "overlay on a tmpfs, calls",
})
@ResourceLock(Resources.SYSTEM_PROPERTIES)
@Tag("root")
class MappedWritesTest extends OddTree {
  private static final String FILE = "a/mapped";

  @Parameter(0)
  String fileSystem;

  @Parameter(1)
  String files;

  private SystemProperty chosen;
  private final Deque<RealFileSystem> mounted = new ArrayDeque<>();
  private Path cache;

  @BeforeEach
  void mount() throws IOException {
    chosen = SystemProperty.set("stepcache.files", files);
    Path disk = folder.resolve("disk");
    Path place =
        switch (fileSystem) {
          case "tmpfs" -> mounted(RealFileSystem.inMemory(disk, "size=20m"));
          case "ext4" -> mounted(RealFileSystem.ext4(disk, 32, 400));
          case "xfs" -> mounted(RealFileSystem.xfs(disk));
          case "overlay on the disk" ->
              mounted(RealFileSystem.overlay(disk, folder.resolve("upper")));
          case "overlay on a tmpfs" -> {
            Path upper = mounted(RealFileSystem.inMemory(folder.resolve("upper"), "size=20m"));
            yield mounted(RealFileSystem.overlay(disk, upper));
          }
          default -> Files.createDirectories(disk);
        };
    cache = Files.createDirectories(place.resolve("cache"));
  }

  private Path mounted(Optional<RealFileSystem> made) {
    Assumptions.assumeTrue(made.isPresent(), "not run: mounting needs root");
    mounted.push(made.orElseThrow());
    return made.orElseThrow().mount();
  }

  @AfterEach
  void unmount() throws Exception {
    chosen.close();
    for (RealFileSystem made : mounted) {
      // What is mapped stays mapped until the collector comes.
      new ProcessBuilder("umount", "-l", made.mount().toString()).start().waitFor();
    }
  }

  private static MappedByteBuffer map(Path file) throws IOException {
    try (FileChannel open =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return open.map(MapMode.READ_WRITE, 0, open.size());
    }
  }

  private static void put(MappedByteBuffer mapping, String content) {
    mapping.put(0, content.getBytes(UTF_8));
  }

  private UploadOutcome upload() {
    return bench.upload(cache, When.CHANGED, Optional.empty());
  }

  private void assertSaved(String content) throws IOException {
    Path again = Files.createTempDirectory(folder, "again");
    assertThat(bench.fetch(again, RestoreMode.PRESERVE).reason()).isEqualTo(Reason.HIT);
    assertThat(again.resolve(FILE)).hasContent(content);
    assertThat(again.resolve("other")).hasContent("other");
  }

  private void restore(String content) throws IOException {
    write(FILE, content);
    write("other", "other");
    Files.setLastModifiedTime(tree.resolve(FILE), FileTime.fromMillis(1_000));
    bench.upload(tree);
    assertThat(bench.fetch(cache, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void noticesAWriteAfterARestore() throws IOException {
    restore("old");
    put(map(cache.resolve(FILE)), "new");

    assertThat(upload().reason()).isEqualTo(Reason.SAVED);
    assertSaved("new");
  }

  /** As a database reads a page before it writes to it. */
  @Test
  void noticesAWriteToAPageThatWasReadBefore() throws IOException {
    restore("old");
    MappedByteBuffer mapping = map(cache.resolve(FILE));
    assertThat(upload().reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(mapping.get(0)).isEqualTo((byte) 'o');
    put(mapping, "new");

    assertThat(upload().reason()).isEqualTo(Reason.SAVED);
    assertSaved("new");
  }

  @Test
  void noticesWritesToAPageThatAnUploadFoundDirty() throws IOException {
    restore("old");
    MappedByteBuffer mapping = map(cache.resolve(FILE));
    for (String content : new String[] {"one", "two", "six"}) {
      put(mapping, content);

      assertThat(upload().reason()).isEqualTo(Reason.SAVED);
      assertSaved(content);
    }
  }

  @Test
  void noticesAWriteToAPageOfANewFileThatAnUploadFoundDirty() throws IOException {
    Files.createDirectories(cache.resolve("a"));
    Files.writeString(cache.resolve(FILE), "old");
    Files.writeString(cache.resolve("other"), "other");
    MappedByteBuffer mapping = map(cache.resolve(FILE));
    for (String content : new String[] {"one", "two", "six"}) {
      put(mapping, content);

      assertThat(upload().reason()).isEqualTo(Reason.SAVED);
      assertSaved(content);
    }
  }

  /** What was there before the restore, and is mapped, is older than all that it left. */
  @Test
  void noticesAWriteToAPageOfAFileThatIsOlderThanTheRestore() throws IOException {
    write("other", "other");
    bench.upload(tree);
    Files.createDirectories(cache.resolve("a"));
    Files.writeString(cache.resolve(FILE), "old");
    MappedByteBuffer mapping = map(cache.resolve(FILE));
    put(mapping, "one");
    bench.fetch(cache, RestoreMode.SHARED);
    upload();
    assertSaved("one");
    put(mapping, "two");

    assertThat(upload().reason()).isEqualTo(Reason.SAVED);
    assertSaved("two");
  }

  @Test
  void noticesAWriteThroughAMappingThatOutlivedASecondSave() throws IOException {
    restore("old");
    MappedByteBuffer mapping = map(cache.resolve(FILE));
    put(mapping, "one");
    upload();
    Files.writeString(cache.resolve("more"), "more");
    upload();
    put(mapping, "two");

    assertThat(upload().reason()).isEqualTo(Reason.SAVED);
    assertSaved("two");
  }

  @Test
  void publishesNothingThatIsWrittenToWhileItIsPacked() throws IOException {
    Files.createDirectories(cache.resolve("a"));
    Files.write(cache.resolve(FILE), new byte[1 << 20]);
    Files.writeString(cache.resolve("other"), "other");
    MappedByteBuffer mapping = map(cache.resolve(FILE));
    bench.listener =
        event -> {
          if (event instanceof CacheEvent.Progress) {
            mapping.put(0, (byte) (mapping.get(0) + 1));
          }
        };

    UploadOutcome outcome = upload();

    assertThat(outcome.reason()).isEqualTo(Reason.UNREADABLE);
    assertThat(outcome.message()).contains(FILE + " (keeps changing)");
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.MISS);
  }
}
