import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A small project and its cache of 48 MB, which grows by as much: text and bytes that do not
 * compress, half and half.
 */
final class TrainingTree {
  private TrainingTree() {}

  static void writeSources(Path work) throws IOException {
    Path module = Files.createDirectories(work.resolve("tools"));
    Files.writeString(work.resolve("go.mod"), "module example.com/training\n");
    Files.writeString(work.resolve("go.sum"), "example.com/a v1.0.0 h1:0=\n".repeat(500));
    Files.writeString(module.resolve("go.mod"), "module example.com/training/tools\n");
  }

  /** Lets the project need something else, so that its key is another. */
  static void changeSources(Path work, int version) throws IOException {
    Files.writeString(
        work.resolve("go.sum"), ("example.com/a v1." + version + ".0 h1:0=\n").repeat(500));
  }

  static void writeCache(Path cache) throws IOException {
    write(cache, 1, 0);
    Files.createSymbolicLink(cache.resolve("newest"), Path.of("bytes/archive-0"));
    Files.createLink(cache.resolve("same"), cache.resolve("bytes/archive-1"));
  }

  /** As a build does: new files, some that come back changed, some that go. */
  static void changeCache(Path cache) throws IOException {
    write(cache, 2, 2900);
    for (int i = 0; i < 50; i++) {
      Files.delete(cache.resolve("text/" + i + "/file-" + i + ".txt"));
    }
    Files.delete(cache.resolve("bytes/archive-11"));
  }

  /**
   * @param first of the text files' numbers
   */
  private static void write(Path cache, int seed, int first) throws IOException {
    Random random = new Random(seed);
    for (int i = first; i < first + 3000; i++) {
      Path folder = Files.createDirectories(cache.resolve("text/" + i % 200));
      Files.write(folder.resolve("file-" + i + ".txt"), text(random));
    }
    byte[] bytes = new byte[2 << 20];
    Path folder = Files.createDirectories(cache.resolve("bytes"));
    for (int i = 0; i < 12; i++) {
      random.nextBytes(bytes);
      Files.write(folder.resolve("archive-" + (10 * (seed - 1) + i)), bytes);
    }
  }

  private static byte[] text(Random random) {
    StringBuilder text = new StringBuilder(9000);
    while (text.length() < 8192) {
      text.append("func step").append(random.nextInt(1000)).append("() error { return nil }\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
