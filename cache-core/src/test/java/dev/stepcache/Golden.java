package dev.stepcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that hold what is persisted, byte for byte. {@code mvn test -Dgolden=write} writes them
 * anew: a change there is a change of the format, and belongs into docs/format.md as well.
 */
public final class Golden {
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  private Golden() {}

  public static void check(String name, byte[] actual) throws IOException {
    Path file = FOLDER.resolve(name);
    if ("write".equals(System.getProperty("golden"))) {
      Files.createDirectories(FOLDER);
      Files.write(file, actual);
    }
    assertThat(actual).as("golden file %s", name).isEqualTo(Files.readAllBytes(file));
  }
}
