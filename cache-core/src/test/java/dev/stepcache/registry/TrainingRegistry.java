package dev.stepcache.registry;

import dev.stepcache.s3.S3StandIn;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The {@link FakeRegistry} that the images' AOT caches are trained on, as a process: the build
 * starts it from its source, with the core's jar on the class path. It keeps what it was sent in a
 * folder, so that one step's training serves the next.
 */
final class TrainingRegistry {
  private static final String REPOSITORY = "training/cache";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private final Path blobs;
  private final Path manifests;
  private final FakeRegistry registry;

  private TrainingRegistry(Path folder, FakeRegistry registry) throws IOException {
    this.blobs = Files.createDirectories(folder.resolve("blobs"));
    this.manifests = Files.createDirectories(folder.resolve("manifests"));
    this.registry = registry;
  }

  /**
   * Says {@code 127.0.0.1:port} in a line, that of an S3 with an empty bucket in another, and ends
   * when its input does.
   *
   * @param args the folder, the file with the keys of its certificate, and who may log in with
   *     which password
   */
  public static void main(String[] args) throws IOException {
    Path keysFile = Path.of(args[1]);
    try (InputStream keys = Files.newInputStream(keysFile);
        InputStream same = Files.newInputStream(keysFile);
        FakeRegistry registry = FakeRegistry.tls(keys);
        S3StandIn bucket = new S3StandIn(ServerKeys.server(loopback(), same))) {
      registry.login().bearer(args[2], args[3]);
      TrainingRegistry training = new TrainingRegistry(Path.of(args[0]), registry);
      training.load();
      System.out.println(registry.host());
      System.out.println(bucket.host());
      System.in.transferTo(OutputStream.nullOutputStream());
      training.keep();
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private void load() throws IOException {
    try (Stream<Path> files = Files.list(blobs)) {
      for (Path file : files.toList()) {
        registry.addBlob(Files.readAllBytes(file));
      }
    }
    try (Stream<Path> files = Files.list(manifests)) {
      for (Path file : files.toList()) {
        registry.addManifest(
            REPOSITORY, file.getFileName().toString(), MANIFEST, Files.readAllBytes(file));
      }
    }
  }

  private void keep() throws IOException {
    for (Map.Entry<String, byte[]> blob : registry.blobs.entrySet()) {
      Files.write(blobs.resolve(blob.getKey()), blob.getValue());
    }
    for (String selector : registry.selectors(REPOSITORY)) {
      Files.write(
          manifests.resolve(selector), registry.manifest(REPOSITORY, selector).orElseThrow());
    }
  }
}
