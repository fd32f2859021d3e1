package dev.stepcache.cli;

import dev.stepcache.oci.Digest;
import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** Caches in the distribution project's registry. */
@Tag("program")
class InARegistryTest extends CommandsContract {
  private RealRegistry registry;

  @BeforeEach
  void start() {
    registry = RealRegistry.open(folder);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Override
  String repository() {
    return "oci://" + registry.host() + "/team/cache";
  }

  @Override
  void damage(Digest blob) throws IOException {
    damage(file(blob));
  }

  @Override
  void lose(Digest blob) throws IOException {
    Files.delete(file(blob));
  }

  private Path file(Digest blob) {
    return registry
        .storage()
        .resolve("docker/registry/v2/blobs/sha256")
        .resolve(blob.hex().substring(0, 2))
        .resolve(blob.hex())
        .resolve("data");
  }
}
