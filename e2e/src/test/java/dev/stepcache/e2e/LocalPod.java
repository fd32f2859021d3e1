package dev.stepcache.e2e;

import dev.stepcache.fetch.CacheFetch;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.step.Result;
import dev.stepcache.upload.CacheUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The two steps around one cache path, as processes on this machine. */
final class LocalPod {
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  /**
   * @param folder where results and logs go; created
   */
  LocalPod(Path folder, Path cachePath) throws IOException {
    this.folder = Files.createDirectories(folder);
    environment.put("LC_ALL", "C.UTF-8");
    param("CACHE_PATH", cachePath.toString());
    param("CA", FakeRegistry.authority(this.folder).toString());
  }

  LocalPod param(String name, String value) {
    return variable("PARAM_" + name, value);
  }

  LocalPod variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  StepProcess fetch(String source) throws IOException {
    return fetch(source, Map.of());
  }

  /**
   * The same.
   *
   * @param more what is in the environment of this step alone
   */
  StepProcess fetch(String source, Map<String, String> more) throws IOException {
    return start(CacheFetch.class, "SOURCE", source, Result.OF_FETCH, more);
  }

  StepProcess upload(String target) throws IOException {
    return start(CacheUpload.class, "TARGET", target, Result.OF_UPLOAD, Map.of());
  }

  private StepProcess start(
      Class<?> main,
      String param,
      String reference,
      List<Result> declared,
      Map<String, String> more)
      throws IOException {
    Path results = Files.createTempDirectory(folder, "run-");
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    all.put("PARAM_" + param, reference);
    for (Result result : declared) {
      all.put(result.variable(), results.resolve(result.name()).toString());
    }
    return StepProcess.start(main, all, results);
  }
}
