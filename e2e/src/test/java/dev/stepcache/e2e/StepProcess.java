package dev.stepcache.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A step as a process of its own: the real main, in a small JVM on this test's class path. */
final class StepProcess {
  /** What ends a process from outside. */
  enum Signal {
    TERM,
    INT,
    KILL
  }

  private static final long PATIENCE_SECONDS = 120;

  private final Process process;
  private final Path results;
  private final Path log;

  private StepProcess(Process process, Path results, Path log) {
    this.process = process;
    this.results = results;
    this.log = log;
  }

  /**
   * Starts a main with nothing in its environment but what is given.
   *
   * @param results a new folder for the result files
   */
  static StepProcess start(Class<?> main, Map<String, String> environment, Path results)
      throws IOException {
    Path log = results.resolveSibling(results.getFileName() + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
                "env",
                // A shell's background job ignores it, and so would all its children.
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new StepProcess(builder.start(), results, log);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends the signal; one that comes too late is no error. */
  void send(Signal signal) throws IOException {
    if (process.isAlive()) {
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      kill.onExit().join();
    }
  }

  /** Waits for its end, no longer than for two minutes. */
  StepRun await() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError("it does not end: " + Files.readString(log));
      }
      return new StepRun(process.exitValue(), Files.readString(log), written());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new AssertionError(e);
    }
  }

  private Map<String, String> written() throws IOException {
    Map<String, String> written = new TreeMap<>();
    try (Stream<Path> files = Files.list(results)) {
      for (Path file : files.toList()) {
        written.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return written;
  }
}
