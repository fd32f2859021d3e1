package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a test's main class in a JVM of its own, with a umask that keeps all others out. */
final class ChildProcess {
  private ChildProcess() {}

  /** Its output and errors come as one stream. */
  static Process start(String locale, Class<?> main, Object... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "umask 077; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().put("LC_ALL", locale);
    return process.start();
  }
}
