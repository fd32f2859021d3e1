package dev.stepcache.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepcache.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerConfigFuzzTest {
  @TempDir Path folder;

  @Test
  void dockerConfig() {
    Path file = folder.resolve("config.json");
    String seed =
        """
        {"auths":{"https://registry.example/v1/":{"auth":"dXNlcjpwYXNz","identitytoken":"t"},
        "registry.example:5000/team":{"username":"u","password":"p"}},"credsStore":"x"}
        """;
    Fuzz.run(
        List.of(seed.getBytes(UTF_8)),
        json -> {
          Files.write(file, json);
          DockerConfig config = DockerConfig.read(file);
          boolean login = config.login("registry.example:5000", "team/cache").isPresent();
          return login + " " + config.helper("registry.example").isPresent();
        });
  }
}
