package dev.stepcache.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the output goes, as far as it matters for its form.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is one
 * @param colours whether colours may be used there (NO_COLOR is not set)
 * @param columns how wide it is
 */
public record Terminal(boolean out, boolean err, boolean colours, int columns) {
  /** Files, pipes and logs. */
  public static final Terminal NONE = new Terminal(false, false, false, 80);

  private static final int USUAL = 80;
  private static final int NARROWEST = 40;

  /** Of this process, as Linux tells it. */
  static Terminal of(Map<String, String> environment) {
    boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new Terminal(
        !dumb && isTerminal(1),
        !dumb && isTerminal(2),
        // https://no-color.org: present and not empty, whatever it says.
        environment.getOrDefault("NO_COLOR", "").isEmpty(),
        columns(environment.getOrDefault("COLUMNS", "")));
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return device.startsWith("/dev/pts/")
          || device.startsWith("/dev/tty")
          || device.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static int columns(String text) {
    return text.matches("[0-9]{1,4}") ? Math.max(NARROWEST, Integer.parseInt(text)) : USUAL;
  }
}
