package dev.stepcache.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** An image layout as a tool that knows nothing of caches would write it: gzip layers, no index. */
final class ForeignImage {
  private static final String TYPE = "application/vnd.oci.image.";

  private final ObjectMapper json = new ObjectMapper();
  private final ArrayNode layers = json.createArrayNode();
  private final ArrayNode diffIds = json.createArrayNode();
  private final Path folder;

  /** Something that may fail. */
  interface Compressing {
    void run() throws IOException;
  }

  ForeignImage(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("blobs/sha256"));
  }

  /** Adds a layer on top: the tar, and how it becomes the compressed file. */
  void layer(Path tar, Compressing compressing, Path compressed) throws IOException {
    compressing.run();
    diffIds.add(digest(Files.readAllBytes(tar)));
    layers.add(blob("layer.v1.tar+gzip", Files.readAllBytes(compressed)));
  }

  void write(String tag) throws IOException {
    ObjectNode config = json.createObjectNode().put("architecture", "amd64").put("os", "linux");
    if (System.getProperty("os.arch").equals("aarch64")) {
      config.put("architecture", "arm64");
    }
    config.putObject("rootfs").put("type", "layers").set("diff_ids", diffIds);
    ObjectNode manifest = json.createObjectNode().put("schemaVersion", 2);
    manifest.put("mediaType", TYPE + "manifest.v1+json");
    manifest.set("config", blob("config.v1+json", json.writeValueAsBytes(config)));
    manifest.set("layers", layers);
    ObjectNode descriptor = blob("manifest.v1+json", json.writeValueAsBytes(manifest));
    descriptor.putObject("annotations").put("org.opencontainers.image.ref.name", tag);
    ObjectNode index = json.createObjectNode().put("schemaVersion", 2);
    index.putArray("manifests").add(descriptor);
    Files.write(folder.resolve("index.json"), json.writeValueAsBytes(index));
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  private ObjectNode blob(String type, byte[] bytes) throws IOException {
    String digest = digest(bytes);
    Files.write(folder.resolve("blobs").resolve(digest.replace(':', '/')), bytes);
    return json.createObjectNode()
        .put("mediaType", TYPE + type)
        .put("digest", digest)
        .put("size", bytes.length);
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "sha256:" + HexFormat.of().formatHex(sum);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
