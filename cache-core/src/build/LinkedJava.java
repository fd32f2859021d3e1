import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;

/** The images' Java: the modules that the steps use, and nothing to start but {@code java}. */
final class LinkedJava {
  private LinkedJava() {}

  static void link(Path java, String modules) throws IOException {
    Files.createDirectories(java.getParent());
    // Not compressed: the layer is, and gzip does better on what is not.
    run(
        "jlink",
        List.of(
            "--add-modules=" + modules,
            "--strip-java-debug-attributes",
            "--no-man-pages",
            "--no-header-files",
            "--compress=zip-0",
            "--dedup-legal-notices=error-if-not-same-content",
            "--output=" + java));
    Files.delete(java.resolve("bin/keytool"));
    // Linking copies the build machine's roots, which its owner may have added to.
    Files.delete(java.resolve("lib/security/cacerts"));
  }

  /**
   * Our own jars must find all their modules. Not asked of others' jars: Jackson names java.sql and
   * java.desktop, and lives without them.
   */
  static void demandModules(Path java, ClassPath classPath) throws IOException {
    String release = Files.readString(java.resolve("release"));
    Set<String> has =
        Set.of(release.replaceAll("(?s).*MODULES=\"([^\"]*)\".*", "$1").trim().split(" "));
    List<String> ours = new ArrayList<>(List.of("--ignore-missing-deps", "--print-module-deps"));
    ours.add("--multi-release=base");
    classPath.jars().stream()
        .map(Path::toString)
        .filter(jar -> jar.matches(".*/cache-[^/]*"))
        .forEach(ours::add);
    Set<String> missing = new TreeSet<>(Set.of(run("jdeps", ours).trim().split(",")));
    missing.removeAll(has);
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "the images' Java lacks " + missing + ": use something else, or add to image.modules");
    }
  }

  private static String run(String tool, List<String> args) {
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said, true);
    int exit =
        ToolProvider.findFirst(tool).orElseThrow().run(writer, writer, args.toArray(String[]::new));
    if (exit != 0) {
      throw new IllegalStateException(tool + " ended with " + exit + ": " + said);
    }
    return said.toString();
  }
}
