import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The images' Java: the modules that the steps use, and nothing to start but {@code java}. */
final class LinkedJava {
  private LinkedJava() {}

  static void link(Path java, String modules) throws IOException, InterruptedException {
    Files.createDirectories(java.getParent());
    // Not compressed: the layer is, and gzip does better on what is not.
    JdkTool.run(
        java.getParent(),
        "jlink",
        List.of(
            "--add-modules=" + modules,
            "--strip-java-debug-attributes",
            "--no-man-pages",
            "--no-header-files",
            "--compress=zip-0",
            "--dedup-legal-notices=error-if-not-same-content",
            "--output=" + java.getFileName()));
    Files.delete(java.resolve("bin/keytool"));
    // Linking copies the build machine's roots, which its owner may have added to.
    Files.delete(java.resolve("lib/security/cacerts"));
  }

  /**
   * Our own jars must find all their modules. Not asked of others' jars: Jackson names java.sql and
   * java.desktop, and lives without them.
   */
  static void demandModules(Path java, ClassPath classPath)
      throws IOException, InterruptedException {
    String release = Files.readString(java.resolve("release"));
    Set<String> has =
        Set.of(release.replaceAll("(?s).*MODULES=\"([^\"]*)\".*", "$1").trim().split(" "));
    List<String> ours = new ArrayList<>(List.of("--ignore-missing-deps", "--print-module-deps"));
    ours.add("--multi-release=base");
    classPath.jars().stream()
        .map(Path::toString)
        .filter(jar -> jar.matches(".*/cache-[^/]*"))
        .forEach(ours::add);
    Set<String> missing = new TreeSet<>(Set.of(JdkTool.run(java, "jdeps", ours).trim().split(",")));
    missing.removeAll(has);
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "the images' Java lacks " + missing + ": use something else, or add to image.modules");
    }
  }
}
