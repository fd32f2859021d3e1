import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Puts the command line together: the script, and beside it a folder with all jars that it needs.
 * Arguments: the script, the folder to put them in, the module's jar, the class path.
 */
public final class Launcher {
  private Launcher() {}

  public static void main(String... arguments) throws IOException {
    Path target = Path.of(arguments[1]);
    Path libraries = target.resolve("stepcache-lib");
    if (Files.exists(libraries)) {
      try (Stream<Path> old = Files.walk(libraries)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Files.createDirectories(libraries);
    copy(Path.of(arguments[2]), libraries);
    for (String entry : arguments[3].split(File.pathSeparator)) {
      // The module's own classes stand there too, as a folder.
      if (entry.endsWith(".jar")) {
        copy(Path.of(entry), libraries);
      }
    }
    Path script = target.resolve("stepcache");
    Files.copy(Path.of(arguments[0]), script, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void copy(Path jar, Path folder) throws IOException {
    Files.copy(jar, folder.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
  }
}
