package dev.stepcache.tekton;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Projects whose dependency a {@link PackageServer} has. */
final class ServedProjects {
  private ServedProjects() {}

  /**
   * The project of a preset, whose dependency the server has from now on; no test goes on where its
   * tool is not installed.
   *
   * @param scratch where a package may be made
   */
  static ToolProject of(String preset, PackageServer server, Path scratch) throws IOException {
    ToolBuild.assumeInstalled(preset.equals("bundler") ? "bundle" : preset);
    PythonPackage.serve(server);
    String index = server.address() + "/simple/";
    return switch (preset) {
      case "pip" -> pip(index);
      case "poetry" -> poetry(index);
      case "bundler" -> bundler(server, scratch);
      default -> composer(server);
    };
  }

  private static ToolProject pip(String index) {
    String host = index.replaceFirst("http://([^/]*)/.*", "$1");
    return new ToolProject(
        "pip",
        "pip",
        Map.of("requirements.txt", "tiny==1.0\n"),
        "",
        "pip install --trusted-host %s -i %s --target site -r requirements.txt"
                .formatted(host, index)
            + " && PYTHONPATH=site python -c 'import tiny'");
  }

  private static ToolProject poetry(String index) {
    return new ToolProject(
        "poetry",
        "poetry",
        Map.of(
            "pyproject.toml",
            """
            [project]
            name = "app"
            version = "1.0.0"
            requires-python = ">=3.9"
            dependencies = ["tiny==1.0"]
            [tool.poetry]
            package-mode = false
            [[tool.poetry.source]]
            name = "local"
            url = "%s"
            priority = "primary"
            """
                .formatted(index)),
        "POETRY_CACHE_DIR=$HOME/poetry poetry lock",
        "poetry install --no-root --no-interaction && poetry run python -c 'import tiny'");
  }

  private static ToolProject composer(PackageServer server) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("tiny/composer.json"));
      zip.write("{\"name\":\"tiny/tiny\"}".getBytes(StandardCharsets.UTF_8));
    }
    server.put("/files/tiny.zip", bytes.toByteArray());
    server.put(
        "/packages.json",
        """
        {"packages":{"tiny/tiny":{"1.0.0":{"name":"tiny/tiny","version":"1.0.0",
          "dist":{"type":"zip","url":"%s/files/tiny.zip"}}}}}
        """
            .formatted(server.address())
            .getBytes(StandardCharsets.UTF_8));
    return new ToolProject(
        "composer",
        "composer",
        Map.of(
            "composer.json",
            """
            {"repositories":[{"type":"composer","url":"%s"},{"packagist":false}],
              "config":{"secure-http":false},"require":{"tiny/tiny":"1.0.0"}}
            """
                .formatted(server.address())),
        "COMPOSER_CACHE_DIR=$HOME/composer composer update --no-install --no-interaction",
        "composer install --no-interaction && test -f vendor/tiny/tiny/composer.json");
  }

  private static ToolProject bundler(PackageServer server, Path scratch) throws IOException {
    RubyGem.serve(server, scratch);
    return new ToolProject(
        "bundler",
        "bundle",
        Map.of("Gemfile", "source \"%s\"\ngem \"tiny\"\n".formatted(server.address())),
        "bundle lock",
        "bundle install && bundle exec ruby -e 'require \"tiny\"; exit Tiny::ANSWER == 42'");
  }
}
