package dev.stepcache.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.hostile.Images.Shape;
import dev.stepcache.hostile.Surroundings.Start;
import dev.stepcache.outcome.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole corpus in one process of its own: as user 1000, under the locale C, and with a heap of
 * 32 MiB, which is what a step has in a container of 128 MiB.
 */
@Tag("slow")
@Tag("root")
class CorpusAsAnotherUserTest {
  private static final int USER = 1000;

  @TempDir Path root;

  @Test
  void holdsForUser1000InASmallHeap() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may become another user");
    Surroundings.make(root);
    List<Archive> archives = Corpus.of(Surroundings.outside(root));
    for (int at = 0; at < archives.size(); at++) {
      new Images(root.resolve("stores/" + at)).put(archives.get(at), Shape.FOREIGN);
      Surroundings.of(root, "places/" + at, Start.POPULATED);
    }
    String classPath = readableClassPath();
    run("chown", "-hR", USER + ":" + USER, root.toString());
    List<Surroundings> places = new ArrayList<>();
    for (int at = 0; at < archives.size(); at++) {
      places.add(Surroundings.of(root, "places/" + at, Start.EMPTY));
    }

    List<String> ends = fetches(classPath, archives.size());

    assertThat(ends).hasSameSizeAs(archives);
    List<String> problems = new ArrayList<>();
    for (int at = 0; at < archives.size(); at++) {
      Archive archive = archives.get(at);
      String end = ends.get(at);
      boolean hit = end.equals(Reason.HIT.word());
      boolean right =
          archive.expected().isPresent()
              ? hit
              : archive.reasons().stream().anyMatch(reason -> reason.word().equals(end));
      String problem =
          hit && archive.expected().isPresent()
              ? places.get(at).afterRestore(archive.expected().get(), true)
              : places.get(at).afterRefusal(Start.POPULATED);
      if (!right || !problem.isEmpty()) {
        problems.add(archive + ": " + end + " " + problem);
      }
    }
    assertThat(problems).isEmpty();
  }

  private List<String> fetches(String classPath, int count) throws Exception {
    ProcessBuilder process =
        new ProcessBuilder(
            "setpriv",
            "--reuid=" + USER,
            "--regid=" + USER,
            "--clear-groups",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "-Djava.io.tmpdir=" + root,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            ChildFetches.class.getName(),
            root.toString(),
            Integer.toString(count));
    process.environment().put("LC_ALL", "C");
    Process running = process.redirectErrorStream(true).start();
    String told = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(running.waitFor()).as(told).isZero();
    return told.lines().toList();
  }

  /** User 1000 may not look into root's home. */
  private String readableClassPath() throws Exception {
    Path copies = Files.createDirectory(root.resolve("class-path"));
    StringJoiner classPath = new StringJoiner(File.pathSeparator);
    int number = 0;
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!part.isEmpty() && Files.exists(Path.of(part))) {
        Path copy = copies.resolve(Integer.toString(number++));
        run("cp", "-r", part, copy.toString());
        classPath.add(copy.toString());
      }
    }
    return classPath.toString();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
