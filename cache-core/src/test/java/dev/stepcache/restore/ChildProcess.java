package dev.stepcache.restore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs a test's main class in a JVM of its own. */
public final class ChildProcess {
  private final List<String> jvm =
      new ArrayList<>(
          List.of("-XX:TieredStopAtLevel=1", "-Xmx64m", "--enable-native-access=ALL-UNNAMED"));
  private final Map<String, String> environment;
  private final String umask;
  private boolean obeysModes;

  public ChildProcess(String locale, String umask) {
    this.environment = Map.of("LC_ALL", locale, "TZ", "UTC");
    this.umask = umask;
  }

  private ChildProcess(ChildProcess other, Map<String, String> environment) {
    this.umask = other.umask;
    this.environment = environment;
    this.obeysModes = other.obeysModes;
    jvm.clear();
    jvm.addAll(other.jvm);
  }

  /** Runs it in a JVM in this locale, with a umask that keeps all others out. */
  static Process start(String locale, Class<?> main, Object... args) throws IOException {
    return new ChildProcess(locale, "077").start(main, args);
  }

  public ChildProcess withJvm(String... options) {
    ChildProcess other = new ChildProcess(this, environment);
    other.jvm.addAll(Arrays.asList(options));
    return other;
  }

  public ChildProcess inTimeZone(String zone) {
    return new ChildProcess(
        this, Map.of("LC_ALL", String.valueOf(environment.get("LC_ALL")), "TZ", zone));
  }

  /** Modes count for it even where it is root: it may not read what its owner may not. */
  public ChildProcess thatObeysModes() {
    ChildProcess other = new ChildProcess(this, environment);
    other.obeysModes = true;
    return other;
  }

  /** Its output and errors come as one stream. */
  public Process start(Class<?> main, Object... args) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh"));
    if (obeysModes && "root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().putAll(environment);
    return process.start();
  }

  /** Runs it to its end, and returns what it said. */
  public String run(Class<?> main, Object... args) throws IOException {
    return new String(start(main, args).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
