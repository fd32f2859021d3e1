import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * zstd's library as a file of its own: otherwise it is unpacked into a temporary folder at each
 * start, and a step may have none, or one that nothing can be loaded from.
 */
final class NativeZstd {
  private NativeZstd() {}

  static void extract(String classPath, Path folder) throws IOException {
    String jar =
        Stream.of(classPath.split(File.pathSeparator))
            .filter(element -> element.matches(".*/zstd-jni-[^/]*\\.jar"))
            .findFirst()
            .orElseThrow();
    String place =
        System.getProperty("os.arch").equals("aarch64") ? "linux/aarch64/" : "linux/amd64/";
    Files.createDirectories(folder);
    try (JarFile file = new JarFile(jar)) {
      JarEntry library =
          file.stream()
              .filter(entry -> entry.getName().matches(place + "libzstd-jni-.*\\.so"))
              .findFirst()
              .orElseThrow();
      try (InputStream in = file.getInputStream(library)) {
        Files.copy(in, folder.resolve("libzstd-jni.so"));
      }
    }
  }
}
