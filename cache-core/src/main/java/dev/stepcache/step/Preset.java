package dev.stepcache.step;

import java.util.List;
import java.util.Optional;

/**
 * What stepcache knows of a build tool. {@code {}} stands for the cache path.
 *
 * @param markers files at the top of the working directory by which the tool is detected; none:
 *     only by name
 * @param variables what the build must set; what begins with a dash, it must pass
 * @param cleanUp how to make the cache smaller
 */
record Preset(
    String word,
    List<String> markers,
    List<String> patterns,
    List<String> variables,
    List<String> excludes,
    String cleanUp) {
  /** Those come first whose detection another's would hide. */
  static final List<Preset> ALL =
      List.of(
          new Preset(
              "ko",
              List.of(".ko.yaml"),
              List.of("**/go.mod", "**/go.sum", ".ko.yaml"),
              List.of("GOCACHE={}/cache", "GOMODCACHE={}/mod", "KOCACHE={}/ko"),
              List.of("mod/cache/lock"),
              "go clean -cache -modcache"),
          new Preset(
              "go",
              List.of("go.mod", "go.work"),
              List.of("**/go.mod", "**/go.sum"),
              List.of("GOCACHE={}/cache", "GOMODCACHE={}/mod"),
              List.of("mod/cache/lock"),
              "go clean -cache -modcache"),
          new Preset(
              "golangci-lint",
              List.of(),
              List.of("**/go.mod", "**/go.sum", ".golangci.{yml,yaml,toml,json}"),
              List.of(
                  "GOCACHE={}/cache", "GOMODCACHE={}/mod", "GOLANGCI_LINT_CACHE={}/golangci-lint"),
              List.of("mod/cache/lock"),
              "golangci-lint cache clean"),
          new Preset(
              "maven",
              List.of("pom.xml"),
              List.of("**/pom.xml", ".mvn/extensions.xml", ".mvn/wrapper/maven-wrapper.properties"),
              List.of("MAVEN_OPTS=-Dmaven.repo.local={}/repository"),
              List.of("*.lastUpdated", "*.part", "resolver-status.properties"),
              "mvn dependency:purge-local-repository -DreResolve=false"),
          new Preset(
              "gradle",
              List.of("settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts"),
              List.of(
                  "**/*.gradle",
                  "**/*.gradle.kts",
                  "**/gradle.lockfile",
                  "**/libs.versions.toml",
                  "**/gradle-wrapper.properties"),
              List.of("GRADLE_USER_HOME={}"),
              List.of("*.lock", "/daemon", "/workers", "/notifications", "/.tmp"),
              "rm -r $GRADLE_USER_HOME/caches/build-cache-*"),
          new Preset(
              "pnpm",
              List.of("pnpm-lock.yaml"),
              List.of("**/pnpm-lock.yaml"),
              List.of("npm_config_store_dir={}", "pnpm_config_store_dir={}"),
              List.of(),
              "pnpm store prune"),
          new Preset(
              "yarn",
              List.of("yarn.lock"),
              List.of("**/yarn.lock"),
              List.of("YARN_CACHE_FOLDER={}/cache", "YARN_GLOBAL_FOLDER={}/global"),
              List.of(".tmp/"),
              "yarn cache clean"),
          new Preset(
              "npm",
              List.of("package-lock.json", "npm-shrinkwrap.json"),
              List.of("**/package-lock.json", "**/npm-shrinkwrap.json"),
              List.of("npm_config_cache={}"),
              List.of("/_logs", "/_update-notifier-last-checked"),
              "npm cache verify"),
          new Preset(
              "poetry",
              List.of("poetry.lock"),
              List.of("**/poetry.lock"),
              List.of("POETRY_CACHE_DIR={}"),
              List.of("/virtualenvs"),
              "poetry cache clear --all PyPI"),
          new Preset(
              "cargo",
              List.of("Cargo.lock", "Cargo.toml"),
              List.of("**/Cargo.lock", "rust-toolchain", "rust-toolchain.toml"),
              List.of("CARGO_HOME={}/home", "CARGO_TARGET_DIR={}/target"),
              List.of(
                  "home/registry/src",
                  "home/git/checkouts",
                  "home/.package-cache*",
                  "target/**/incremental"),
              "cargo clean"),
          new Preset(
              "bundler",
              List.of("Gemfile.lock"),
              List.of("**/Gemfile.lock", ".ruby-version"),
              List.of("BUNDLE_PATH={}"),
              List.of(),
              "bundle clean --force"),
          new Preset(
              "composer",
              List.of("composer.lock"),
              List.of("**/composer.lock"),
              List.of("COMPOSER_CACHE_DIR={}"),
              List.of(),
              "composer clear-cache --gc"),
          new Preset(
              "pip",
              List.of("requirements.txt", "pyproject.toml"),
              List.of("**/requirements*.txt", "**/constraints*.txt", "**/pyproject.toml"),
              List.of("PIP_CACHE_DIR={}"),
              List.of("/selfcheck"),
              "pip cache purge"),
          new Preset(
              "buildkit",
              List.of(),
              List.of("**/Dockerfile*", "**/Containerfile*", "**/.dockerignore"),
              List.of(
                  "--export-cache type=local,mode=max,dest={}", "--import-cache type=local,src={}"),
              List.of("/ingest"),
              "rm -r the cache path, and let one build fill it anew"));

  Preset {
    markers = List.copyOf(markers);
    patterns = List.copyOf(patterns);
    variables = List.copyOf(variables);
    excludes = List.copyOf(excludes);
  }

  static Optional<Preset> of(String word) {
    return ALL.stream().filter(preset -> preset.word().equals(word)).findFirst();
  }
}
