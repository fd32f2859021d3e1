package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.folder.Deletion;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.tree.OwnFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.StringJoiner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit that was killed as one user, and the next step as another of the same group. */
@Tag("slow")
@Tag("root")
class OtherUserRecoveryTest {
  @TempDir Path folder;
  private String classPath = "";

  @BeforeEach
  void prepare() throws Exception {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root may become another user");
    // They may not look into root's home.
    StringJoiner copies = new StringJoiner(System.getProperty("path.separator"));
    for (Class<?> type : List.of(Commit.class, OtherUserRecoveryTest.class)) {
      Path classes = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path copy = folder.resolve(classes.getFileName());
      run("cp", "-r", classes.toString(), copy.toString());
      copies.add(copy.toString());
    }
    classPath = copies.toString();
    run("chmod", "-R", "a+rX", folder.toString());
  }

  @AfterEach
  void open() throws IOException {
    Deletion.ofChildren(folder);
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return told.strip();
  }

  private String as(int user, Class<?> main, Object... args) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=" + user,
                "--regid=0",
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                main.getName()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return run(command.toArray(String[]::new));
  }

  /** Commits, and is killed before one of its changes. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) throws Exception {
      Path cache = Path.of(args[0]);
      int[] left = {Integer.parseInt(args[1])};
      FaultPoint faultPoint =
          () -> {
            if (left[0]-- == 0) {
              System.out.println("killed");
              Runtime.getRuntime().halt(137);
            }
          };
      try (CacheFolder.FolderHold hold =
              new CacheFolder(cache, faultPoint).holdAlone(Duration.ZERO);
          Staging staging = hold.stage(RestoreMode.PRESERVE)) {
        StagedTree.file(staging, "merged/replaced", "new");
        StagedTree.file(staging, "merged/added", "new");
        StagedTree.file(staging, "merged/deep/below/f", "new");
        StagedTree.file(staging, "whole/below/f", "new");
        for (String name : List.of("whole/below", "whole", "merged/deep/below", "merged/deep")) {
          StagedTree.folder(staging, name, 0755);
        }
        staging.commit();
      }
      System.out.println("done");
    }
  }

  /** Takes the lock alone, as a fetch does. */
  static final class Next {
    private Next() {}

    public static void main(String[] args) throws Exception {
      CacheFolder cache =
          new CacheFolder(
              Path.of(args[0]), List.of(), FaultPoint.OPEN, notice -> System.out.println(notice));
      cache.holdAlone(Duration.ZERO).close();
      System.out.println("held");
    }
  }

  @Test
  void undoesItAndSaysWhatOnlyItsOwnerCanRemove() throws Exception {
    boolean said = false;
    for (int at = 2; ; at += 2) {
      Path cache = Files.createDirectories(folder.resolve("cache" + at));
      Files.createDirectory(cache.resolve("merged"));
      Files.writeString(cache.resolve("merged/replaced"), "old");
      run("chown", "-R", "1003:0", cache.toString());
      run("chmod", "-R", "g+rwX", cache.toString());
      SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);
      if (as(1001, Killed.class, cache, at).equals("done")) {
        assertThat(at).isGreaterThan(25);
        assertThat(said).isTrue();
        return;
      }

      String told = as(1002, Next.class, cache);

      assertThat(told).as("killed at %s", at).endsWith("held");
      SortedMap<String, TreeSnapshot.Entry> after = TreeSnapshot.of(cache);
      said |= told.contains("Remove them as their owner") || told.contains(".stepcache/aside-");
      after
          .keySet()
          .removeIf(
              name -> name.contains(OwnFolder.SET_ASIDE_PREFIX) && told.contains("their owner"));
      // The time of another user's folder only its owner sets.
      after.replaceAll((name, entry) -> entry.anyTime());
      before.replaceAll((name, entry) -> entry.anyTime());
      assertThat(after).as("killed at %s: %s", at, told).isEqualTo(before);
      assertThat(new CacheFolder(cache).isInterrupted()).isFalse();
      assertThat(as(1002, Killed.class, cache, 10_000)).isEqualTo("done");
    }
  }
}
