package dev.stepcache.tekton;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Projects whose dependency a {@link PackageServer} has. */
final class ServedProjects {
  private ServedProjects() {}

  /** All that there is, as {@link #of} takes them. */
  static final List<String> TOOLS =
      List.of(
          "go", "npm", "yarnpkg", "yarn", "pnpm", "cargo", "pip", "poetry", "composer", "bundle");

  /**
   * The project of a tool, whose dependency the server has from now on; each build of it fails
   * where a file of that is missing. No test goes on where the tool is not installed.
   *
   * @param scratch where a package may be made
   */
  static ToolProject of(String tool, PackageServer server, Path scratch) throws IOException {
    ToolBuild.assumeInstalled(tool);
    switch (tool) {
      case "go" -> GoPackage.serve(server);
      case "cargo" -> RustCrate.serve(server, scratch);
      case "pip", "poetry" -> PythonPackage.serve(server);
      case "bundle" -> RubyGem.serve(server, scratch);
      case "composer" -> serveForComposer(server);
      default -> NpmPackage.serve(server, scratch);
    }
    String address = server.address();
    return switch (tool) {
      case "go" -> go(address);
      case "cargo" -> cargo(address);
      case "pip" -> pip(address + "/simple/");
      case "poetry" -> poetry(address + "/simple/");
      case "bundle" -> bundler(address);
      case "composer" -> composer(address);
      default -> node(tool, address);
    };
  }

  private static ToolProject go(String address) {
    String script = "export GOFLAGS=-mod=mod GOSUMDB=off GOPROXY=%s; ".formatted(address);
    return new ToolProject(
        "go",
        "go",
        Map.of("go.mod", "module app\n\ngo 1.21\n\nrequire code.test/tiny v1.0.0\n"),
        script + "GOMODCACHE=$HOME/mod go mod download",
        script + "go mod download && " + ExcludedNames.areIn("$GOMODCACHE/code.test/tiny@v1.0.0"));
  }

  private static ToolProject cargo(String address) {
    return new ToolProject(
        "cargo",
        "cargo",
        Map.of(
            "Cargo.toml",
            """
            [package]
            name = "app"
            version = "1.0.0"
            edition = "2021"
            [dependencies]
            tiny = "=1.0.0"
            """,
            "src/main.rs",
            "fn main() { assert_eq!(tiny::ANSWER, 42); }\n",
            ".cargo/config.toml",
            """
            [source.crates-io]
            replace-with = "local"
            [source.local]
            registry = "sparse+%s/index/"
            """
                .formatted(address)),
        "CARGO_HOME=$HOME/cargo cargo generate-lockfile",
        "cargo run --locked && (%s) && %s"
            .formatted(
                ExcludedNames.areIn("$CARGO_HOME/registry/src/*/tiny-1.0.0"),
                ExcludedNames.areIn("$CARGO_TARGET_DIR/debug/build/tiny-*/out")));
  }

  private static ToolProject node(String tool, String address) {
    String prepare =
        switch (tool) {
          case "npm" -> "npm install --package-lock-only --cache $HOME/npm";
          case "pnpm" -> "npm_config_store_dir=$HOME/pnpm pnpm install --lockfile-only";
          default ->
              "YARN_CACHE_FOLDER=$HOME/yarn YARN_GLOBAL_FOLDER=$HOME/yarn %s install && rm -r node_modules"
                  .formatted(tool);
        };
    String install = tool.equals("npm") ? "npm ci" : tool + " install --frozen-lockfile";
    return new ToolProject(
        tool.startsWith("yarn") ? "yarn" : tool,
        tool,
        Map.of(
            "package.json",
            "{\"name\":\"app\",\"version\":\"1.0.0\",\"dependencies\":{\"tiny\":\"1.0.0\"}}",
            ".npmrc",
            "registry=%s/\n".formatted(address),
            ".yarnrc.yml",
            "nodeLinker: node-modules\nnpmRegistryServer: \"%s\"\nunsafeHttpWhitelist: [127.0.0.1]\n"
                .formatted(address)),
        prepare,
        install + " && " + ExcludedNames.areIn("node_modules/tiny"));
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
            + " && PYTHONPATH=site python -c 'import tiny' && "
            + ExcludedNames.areIn("site/tiny"));
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
        "poetry install --no-root --no-interaction && poetry run python -c 'import tiny' && "
            + ExcludedNames.areIn("$POETRY_CACHE_DIR/virtualenvs/*/lib/*/site-packages/tiny"));
  }

  private static void serveForComposer(PackageServer server) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("tiny/composer.json"));
      zip.write("{\"name\":\"tiny/tiny\"}".getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> file : ExcludedNames.files().entrySet()) {
        zip.putNextEntry(new ZipEntry("tiny/" + file.getKey()));
        zip.write(file.getValue());
      }
    }
    server.putPackage("/files/tiny.zip", bytes.toByteArray());
    server.put(
        "/packages.json",
        """
        {"packages":{"tiny/tiny":{"1.0.0":{"name":"tiny/tiny","version":"1.0.0",
          "dist":{"type":"zip","url":"%s/files/tiny.zip"}}}}}
        """
            .formatted(server.address())
            .getBytes(StandardCharsets.UTF_8));
  }

  private static ToolProject composer(String address) {
    return new ToolProject(
        "composer",
        "composer",
        Map.of(
            "composer.json",
            """
            {"repositories":[{"type":"composer","url":"%s"},{"packagist":false}],
              "config":{"secure-http":false},"require":{"tiny/tiny":"1.0.0"}}
            """
                .formatted(address)),
        "COMPOSER_CACHE_DIR=$HOME/composer composer update --no-install --no-interaction",
        "composer install --no-interaction && " + ExcludedNames.areIn("vendor/tiny/tiny"));
  }

  private static ToolProject bundler(String address) {
    return new ToolProject(
        "bundler",
        "bundle",
        Map.of("Gemfile", "source \"%s\"\ngem \"tiny\"\n".formatted(address)),
        "bundle lock",
        "bundle install && bundle exec ruby -e 'require \"tiny\"; exit Tiny::ANSWER == 42' && "
            + ExcludedNames.areIn("$BUNDLE_PATH/ruby/*/gems/tiny-1.0"));
  }
}
