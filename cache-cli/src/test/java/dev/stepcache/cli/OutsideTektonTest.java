package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell lines of docs/outside-tekton.md, as a shell runs them. */
@Tag("slow")
class OutsideTektonTest {
  private static final Pattern LINES = Pattern.compile("(?s)```sh\\n(.*?)```");

  @TempDir Path folder;

  @BeforeEach
  void aProjectAndTheCommand() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path bin = Files.createDirectories(folder.resolve("bin"));
    program(
        bin.resolve("stepcache"),
        "exec '"
            + java
            + "' --enable-native-access=ALL-UNNAMED -cp '"
            + System.getProperty("java.class.path").replace("'", "")
            + File.pathSeparator
            + Path.of("target/classes").toAbsolutePath()
            + "' dev.stepcache.cli.Stepcache \"$@\"\n");
    Path project = Files.createDirectories(folder.resolve("project"));
    Files.writeString(project.resolve("go.sum"), "example.com/a v1.0.0 h1:\n");
    Files.writeString(
        project.resolve("build.sh"),
        "mkdir -p \"$GOMODCACHE\" \"$GOCACHE\"\n"
            + "test -e \"$GOMODCACHE/a.zip\" && echo built with a cache\n"
            + "echo content > \"$GOMODCACHE/a.zip\"\n");
  }

  private static void program(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String run() throws Exception {
    Matcher lines = LINES.matcher(Files.readString(Path.of("../docs/outside-tekton.md")));
    assertThat(lines.find()).isTrue();
    Files.writeString(folder.resolve("lines.sh"), "set -eu\n" + lines.group(1));
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", folder.resolve("lines.sh").toString())
            .directory(folder.resolve("project").toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("CACHE", "file://" + folder.resolve("store"));
    Process shell = builder.start();
    assertThat(shell.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(shell.exitValue()).as(Files.readString(out)).isZero();
    return Files.readString(out);
  }

  @Test
  void missFirstAndHitInTheNextJob() throws Exception {
    assertThat(run()).contains("miss: ", "saved: 1 file").doesNotContain("built with a cache");
    Files.move(folder.resolve("project/.cache"), folder.resolve("gone"));

    assertThat(run()).contains("hit: restored 1 file", "built with a cache");
    assertThat(Files.readAllLines(folder.resolve("project/fetch.results")))
        .contains("fetched=false", "fetched=true");
  }
}
