import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A small project and its cache of 48 MB: text and bytes that do not compress, half and half. */
final class TrainingTree {
  private TrainingTree() {}

  static void writeSources(Path work) throws IOException {
    Path module = Files.createDirectories(work.resolve("tools"));
    Files.writeString(work.resolve("go.mod"), "module example.com/training\n");
    Files.writeString(work.resolve("go.sum"), "example.com/a v1.0.0 h1:0=\n".repeat(500));
    Files.writeString(module.resolve("go.mod"), "module example.com/training/tools\n");
  }

  static void writeCache(Path cache) throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 3000; i++) {
      Path folder = Files.createDirectories(cache.resolve("text/" + i % 200));
      Files.write(folder.resolve("file-" + i + ".txt"), text(random));
    }
    byte[] bytes = new byte[2 << 20];
    Path folder = Files.createDirectories(cache.resolve("bytes"));
    for (int i = 0; i < 12; i++) {
      random.nextBytes(bytes);
      Files.write(folder.resolve("archive-" + i), bytes);
    }
    Files.createSymbolicLink(cache.resolve("newest"), Path.of("bytes/archive-0"));
    Files.createLink(cache.resolve("same"), folder.resolve("archive-1"));
  }

  private static byte[] text(Random random) {
    StringBuilder text = new StringBuilder(9000);
    while (text.length() < 8192) {
      text.append("func step").append(random.nextInt(1000)).append("() error { return nil }\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
