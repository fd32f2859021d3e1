package dev.stepcache.cli;

import dev.stepcache.registry.FakeRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A base in a registry, and a cache of Go's beside it. */
abstract class RegistryBakeCase extends BakeCase {
  static final String KEY = "4d".repeat(32);

  final FakeRegistry registry = FakeRegistry.plain();

  @BeforeEach
  void saveABase() throws IOException {
    image(
        repository("base"),
        "1",
        tar().folder("usr").file("usr/tool", 0755, "old").file("etc-hosts", 0644, "h"),
        tar().file("usr/tool", 0755, "new"));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  final String repository(String name) {
    return "oci://" + registry.host() + "/team/" + name;
  }

  final Ran bakeOn(String... more) {
    List<String> all =
        new ArrayList<>(List.of(repository("builder"), "--base", repository("base") + ":1"));
    all.addAll(List.of(more));
    return bake(all.toArray(String[]::new));
  }

  final void saveGo() throws IOException {
    goBuildCache();
    cached("mod", "example.com/a@v1.0.0/a.go", "package a");
    cached("mod", "cache/download/example.com/a/@v/v1.0.0.zip", "zip");
    savePaths(repository("cache-go"), KEY);
  }
}
