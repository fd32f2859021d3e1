package dev.stepcache.tekton;

import dev.stepcache.registry.RealRegistry;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** In the distribution project's registry. */
@Tag("program")
@EnabledIf(
    value = "dev.stepcache.registry.RealRegistry#available",
    disabledReason = "not run: no docker-registry is installed")
class RollingTagInARealRegistryTest extends RollingTagContract {
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
  String store() {
    return "oci://" + registry.host() + "/team/cache";
  }

  @Override
  Map<String, String> params() {
    return Map.of("INSECURE", "true");
  }
}
