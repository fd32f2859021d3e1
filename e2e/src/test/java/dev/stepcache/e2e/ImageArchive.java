package dev.stepcache.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An image in the archive format of {@code docker save}.
 *
 * @param layers the names of the layers' files, lowest first; Jib names them by their digests
 * @param sizes the compressed bytes of each
 */
record ImageArchive(JsonNode config, List<String> layers, Map<String, Long> sizes) {
  private static final int BLOCK = 512;

  static ImageArchive read(Path archive) throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    Map<String, byte[]> documents = new HashMap<>();
    try (InputStream in = Files.newInputStream(archive)) {
      for (byte[] header = in.readNBytes(BLOCK); header[0] != 0; header = in.readNBytes(BLOCK)) {
        String name = text(header, 0, 100);
        long size = Long.parseLong(text(header, 124, 11), 8);
        sizes.put(name, size);
        if (name.endsWith(".json")) {
          documents.put(name, in.readNBytes((int) size));
        } else {
          in.skipNBytes(size);
        }
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
      }
    }
    ObjectMapper json = new ObjectMapper();
    JsonNode image = json.readTree(documents.get("manifest.json")).get(0);
    List<String> layers = new ArrayList<>();
    image.get("Layers").forEach(layer -> layers.add(layer.asText()));
    return new ImageArchive(
        json.readTree(documents.get(image.get("Config").asText())).get("config"), layers, sizes);
  }

  static ImageArchive of(StepImage image) {
    try {
      return read(image.archive());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a node without any of it downloads. */
  long compressedBytes() {
    return layers.stream().mapToLong(sizes::get).sum();
  }

  private static String text(byte[] header, int from, int length) {
    return new String(header, from, length, StandardCharsets.UTF_8).replaceFirst("\0.*", "").trim();
  }
}
