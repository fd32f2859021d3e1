package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.FakeRegistry;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that mvn package makes, with the jars beside it. */
class LauncherTest {
  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  @TempDir Path folder;

  /** What the script did. */
  private record Ended(int code, String said) {}

  @BeforeEach
  void assemble() throws Exception {
    Path own = jar(Path.of("target/classes"), "own.jar");
    List<String> libraries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      // In a build that packages nothing, the other modules are folders.
      libraries.add(
          Files.isDirectory(Path.of(entry))
              ? jar(Path.of(entry), libraries.size() + ".jar").toString()
              : entry);
    }
    Ended built =
        run(
            Map.of(),
            JAVA_HOME.resolve("bin/java").toString(),
            "src/build/Launcher.java",
            "src/main/launcher/stepcache",
            folder.resolve("made").toString(),
            own.toString(),
            String.join(File.pathSeparator, libraries));
    assertThat(built.code()).as(built.said()).isZero();
  }

  private Path jar(Path classes, String name) throws IOException {
    Path jar = folder.resolve(name);
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path one : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(one).toString()));
        Files.copy(one, out);
      }
    }
    return jar;
  }

  private Ended run(Map<String, String> environment, String... command) throws Exception {
    Path log = folder.resolve("log");
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().clear();
    process.environment().putAll(environment);
    int code = process.redirectOutput(log.toFile()).start().waitFor();
    return new Ended(code, Files.readString(log));
  }

  private String script() {
    return folder.resolve("made/stepcache").toString();
  }

  @Test
  void runsByTheJavaOfJavaHomeWhereverItIsCalledFrom() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of(script()));
    Map<String, String> environment =
        Map.of("JAVA_HOME", JAVA_HOME.toString(), "PATH", "/usr/bin:/bin");
    try (FakeRegistry registry = FakeRegistry.plain()) {
      String repository = "oci://" + registry.host() + "/team/cache";

      Ended ended = run(environment, link.toString(), "list", "--insecure", repository);

      // No library says anything of its own either.
      assertThat(ended.said()).isEqualTo("stepcache: nothing is there: " + repository + "\n");
      assertThat(ended.code()).isEqualTo(1);
    }
  }

  @Test
  void runsByTheJavaOfPathWhereJavaHomeHasNone() throws Exception {
    Map<String, String> environment =
        Map.of("JAVA_HOME", folder.toString(), "PATH", JAVA_HOME.resolve("bin") + ":/usr/bin:/bin");

    Ended ended = run(environment, script(), "--help");

    assertThat(ended.said()).contains("Usage: stepcache");
    assertThat(ended.code()).isZero();
  }

  @Test
  void runsByAJdkThatIsInstalledWhereTheBuildFindsIt() throws Exception {
    Path jdks = Files.createDirectories(folder.resolve(".jdks"));
    Files.createSymbolicLink(jdks.resolve("jdk"), JAVA_HOME);
    hideJdksOfTheMachine();
    Map<String, String> environment =
        Map.of("HOME", folder.toString(), "PATH", toolsWithoutJava().toString());

    Ended ended = run(environment, script(), "--help");

    assertThat(ended.said()).contains("Usage: stepcache");
    assertThat(ended.code()).isZero();
  }

  private void hideJdksOfTheMachine() throws IOException {
    Path script = Path.of(script());
    String text = Files.readString(script);
    assertThat(text).contains("/usr/lib/jvm/");
    Files.writeString(script, text.replace("/usr/lib/jvm/", folder.resolve("none") + "/"));
  }

  private Path toolsWithoutJava() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : List.of("sh", "dirname", "readlink", "grep")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/bin", tool));
    }
    return tools;
  }

  @Test
  void saysWhatItNeedsWhereThereIsNoJavaThatIsNewEnough() throws Exception {
    Path old = Files.createDirectories(folder.resolve("old/bin"));
    Files.writeString(folder.resolve("old/release"), "JAVA_VERSION=\"21.0.2\"\n");
    Files.createSymbolicLink(old.resolve("java"), Path.of("/bin/true"));
    hideJdksOfTheMachine();
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME", folder.resolve("old").toString(), "PATH", toolsWithoutJava().toString());

    Ended ended = run(environment, script(), "--help");

    assertThat(ended.said()).startsWith("stepcache: no Java 25 or later is there").hasLineCount(1);
    assertThat(ended.code()).isEqualTo(2);
  }
}
