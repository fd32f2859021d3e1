import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Formats the Java sources below a folder, or names those that are not formatted: {@code java
 * Format.java write|check FOLDER}. A program of the build's own, since the formatter needs the JDK
 * that the sources are for, and Maven may run on an older one.
 */
public final class Format {
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Formatter formatter = new Formatter();
    List<Path> unformatted = new ArrayList<>();
    for (Path file : sources(Path.of(args[1]))) {
      String before = Files.readString(file);
      String after =
          formatter.formatSource(
              RemoveUnusedImports.removeUnusedImports(
                  ImportOrderer.reorderImports(before, JavaFormatterOptions.Style.GOOGLE)));
      if (after.equals(before)) {
        continue;
      }
      unformatted.add(file);
      if (write) {
        Files.writeString(file, after);
      }
    }
    if (!write && !unformatted.isEmpty()) {
      unformatted.forEach(file -> System.err.println("not formatted: " + file));
      System.err.println("cure: mvn -N validate -Dformat=write");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !root.relativize(file).toString().matches("(.*/)?(target|\\.git)/.*"))
          .sorted()
          .toList();
    }
  }
}
