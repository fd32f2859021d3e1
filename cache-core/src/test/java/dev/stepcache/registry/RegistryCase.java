package dev.stepcache.registry;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Pusher;
import dev.stepcache.store.Retry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A test of a store on a registry that the test can make fail. */
abstract class RegistryCase {
  /** Generous, since a busy machine may be silent too. */
  static final Limits LIMITS =
      new Limits(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20));

  /** For tests of a registry that is silent where it is spoken to in TLS. */
  static final Limits SOON_PLAIN =
      new Limits(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofMillis(400),
          Duration.ofSeconds(20));

  /** For tests of silence. */
  static final Limits SOON_SILENT =
      new Limits(
          Duration.ofSeconds(20),
          Duration.ofMillis(1500),
          Duration.ofMillis(400),
          Duration.ofSeconds(20));

  static final RetryPolicy POLICY =
      new RetryPolicy(4, Duration.ofMillis(2), Duration.ofMillis(8), 20, Duration.ofSeconds(60));
  static final Login ALICE = new Login.Basic("alice", "wonder:land");
  static final Tag TAG = new Tag("v1");
  static final byte[] MANIFEST = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  FakeRegistry registry = FakeRegistry.tls();
  Limits limits = LIMITS;
  final List<Retry> retries = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    registry.close();
  }

  RegistryStore store() {
    return store(new Login.Anonymous(), false);
  }

  RegistryStore store(Login login, boolean insecure) {
    return store(
        login,
        insecure,
        new Trust(Optional.of(FakeRegistry.authority(folder)), List.of(), Optional.empty()));
  }

  RegistryStore store(Login login, boolean insecure, Trust trust) {
    return store(registry.host(), login, insecure, trust);
  }

  RegistryStore store(String host, Login login, boolean insecure, Trust trust) {
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse(host + "/ci/cache:ignored"),
            login,
            trust,
            insecure,
            Proxies.NONE,
            limits,
            POLICY,
            retries::add));
  }

  Digest addManifest() {
    return registry.addManifest("ci/cache", "v1", MediaType.OCI_MANIFEST.value(), MANIFEST);
  }

  Descriptor addBlob(int size) {
    byte[] content = random(size);
    registry.addBlob(content);
    return Descriptor.of(MediaType.OCI_LAYER_ZSTD, content);
  }

  static byte[] random(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  static byte[] read(Fetcher store, Descriptor blob) throws IOException {
    try (InputStream in = store.blob(blob)) {
      return in.readAllBytes();
    }
  }

  static void upload(Pusher store, byte[] content) throws IOException {
    store.upload(
        Descriptor.of(MediaType.OCI_LAYER_ZSTD, content), () -> new ByteArrayInputStream(content));
  }
}
