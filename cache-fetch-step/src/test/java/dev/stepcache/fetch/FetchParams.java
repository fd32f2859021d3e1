package dev.stepcache.fetch;

import dev.stepcache.step.Parameter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** The environment of a fetch that gives the few params that each needs. */
abstract class FetchParams {
  @TempDir Path folder;

  /**
   * The variables of a step.
   *
   * @param more names of params and their values in turn
   */
  Map<String, String> environment(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PARAM_SOURCE", "oci://r.example:5000/ci/cache-go:{{hash}}");
    environment.put("PARAM_CACHE_PATH", "go-build-cache");
    environment.put("PARAM_WORKING_DIR", folder.toString());
    for (int at = 0; at < more.length; at += 2) {
      environment.put(Parameter.variable(more[at]), more[at + 1]);
    }
    return environment;
  }
}
