package dev.stepcache.cli;

import dev.stepcache.registry.RealRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** prune --baked in the distribution project's registry, which keeps images without a tag. */
@Tag("program")
class PruneBakedInARegistryTest extends PruneBakedContract {
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
    return "oci://" + registry.host() + "/team/builder";
  }
}
