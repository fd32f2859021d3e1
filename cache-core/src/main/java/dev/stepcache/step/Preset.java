package dev.stepcache.step;

import dev.stepcache.usage.Units;
import java.util.List;
import java.util.Optional;

/**
 * What stepcache knows of a build tool. {@code {}} stands for the cache path.
 *
 * @param markers files at the top of the working directory by which the tool is detected; none:
 *     only by name
 * @param excludes what is not saved: each names exactly the place where the tool makes it, since a
 *     package may ship any name
 * @param variables what the build must set; what begins with a dash, it must pass
 * @param cleanUp how to make the cache smaller
 * @param ociLayout whether the cache is an OCI image layout, whose unnamed blobs are not saved
 * @param units what the tool needs whole; of tools with which nobody tried it, nothing
 * @param privacy what goes wrong where the build runs as another user than the steps, if the tool
 *     sees to it
 */
record Preset(
    String word,
    List<String> markers,
    List<String> patterns,
    List<String> variables,
    List<String> excludes,
    CleanUp cleanUp,
    boolean ociLayout,
    Units units,
    Optional<String> privacy) {
  private static final String AS_THIS_USER =
      "run the build as the user of this step (runAsUser), or ";

  Preset(
      String word,
      List<String> markers,
      List<String> patterns,
      List<String> variables,
      List<String> excludes,
      CleanUp cleanUp) {
    this(
        word, markers, patterns, variables, excludes, cleanUp, false, Units.NONE, Optional.empty());
  }

  private Preset ofAnOciLayout() {
    return new Preset(word, markers, patterns, variables, excludes, cleanUp, true, units, privacy);
  }

  private Preset needing(Units whole) {
    return new Preset(
        word, markers, patterns, variables, excludes, cleanUp, ociLayout, whole, privacy);
  }

  private Preset thatHides(String what) {
    return new Preset(
        word, markers, patterns, variables, excludes, cleanUp, ociLayout, units, Optional.of(what));
  }

  /** A command of the tool for the step that builds. */
  sealed interface CleanUp {
    String command();

    /** Takes all away, so that what the build needs comes anew. */
    record BeforeTheBuild(String command) implements CleanUp {}

    /** Takes away what the build did not need. */
    record AfterTheBuild(String command) implements CleanUp {}
  }

  /** Those come first whose detection another's would hide. */
  static final List<Preset> ALL =
      List.of(
          new Preset(
                  "ko",
                  List.of(".ko.yaml"),
                  List.of("**/go.mod", "**/go.sum", "**/go.work", "**/go.work.sum", ".ko.yaml"),
                  List.of("GOCACHE={}/cache", "GOMODCACHE={}/mod", "KOCACHE={}/ko"),
                  List.of("mod/cache/lock"),
                  new CleanUp.BeforeTheBuild("go clean -cache -modcache"))
              .needing(Units.GO),
          new Preset(
                  "go",
                  List.of("go.mod", "go.work"),
                  List.of("**/go.mod", "**/go.sum", "**/go.work", "**/go.work.sum"),
                  List.of("GOCACHE={}/cache", "GOMODCACHE={}/mod"),
                  List.of("mod/cache/lock"),
                  new CleanUp.BeforeTheBuild("go clean -cache -modcache"))
              .needing(Units.GO),
          new Preset(
                  "golangci-lint",
                  List.of(),
                  List.of(
                      "**/go.mod",
                      "**/go.sum",
                      "**/go.work",
                      "**/go.work.sum",
                      ".golangci.{yml,yaml,toml,json}"),
                  List.of(
                      "GOCACHE={}/cache",
                      "GOMODCACHE={}/mod",
                      "GOLANGCI_LINT_CACHE={}/golangci-lint"),
                  List.of("mod/cache/lock"),
                  new CleanUp.BeforeTheBuild(
                      "golangci-lint cache clean; go clean -cache -modcache"))
              .needing(Units.GO),
          new Preset(
                  "maven",
                  List.of("pom.xml"),
                  List.of(
                      "**/pom.xml", ".mvn/extensions.xml", ".mvn/wrapper/maven-wrapper.properties"),
                  List.of("MAVEN_OPTS=-Dmaven.repo.local={}/repository"),
                  List.of(
                      "repository/**/*.lastUpdated",
                      "repository/**/*.{jar,pom,war,zip,aar,xml,module}{,.*}.part",
                      "repository/**/resolver-status.properties"),
                  new CleanUp.BeforeTheBuild("rm -r {}/repository"))
              .needing(Units.MAVEN),
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
              List.of(
                  "caches/{modules,journal,jars,transforms}-*/*.lock",
                  "caches/*/*/*.lock",
                  "/daemon",
                  "/workers",
                  "/notifications",
                  "/.tmp"),
              new CleanUp.BeforeTheBuild("rm -r {}/caches")),
          new Preset(
              "pnpm",
              List.of("pnpm-lock.yaml"),
              List.of("**/pnpm-lock.yaml"),
              List.of(
                  "npm_config_store_dir={}",
                  "pnpm_config_store_dir={}",
                  // Which lock files it has verified, which else asks the registry about each
                  // package.
                  "npm_config_cache_dir={}/cache",
                  "pnpm_config_cache_dir={}/cache"),
              List.of(),
              new CleanUp.AfterTheBuild("pnpm store prune")),
          new Preset(
              "yarn",
              List.of("yarn.lock"),
              List.of("**/yarn.lock"),
              List.of("YARN_CACHE_FOLDER={}/cache", "YARN_GLOBAL_FOLDER={}/global"),
              List.of("cache/v*/.tmp/"),
              new CleanUp.BeforeTheBuild("yarn cache clean --all")),
          new Preset(
                  "npm",
                  List.of("package-lock.json", "npm-shrinkwrap.json"),
                  List.of("**/package-lock.json", "**/npm-shrinkwrap.json"),
                  List.of("npm_config_cache={}"),
                  List.of("/_logs", "/_update-notifier-last-checked"),
                  new CleanUp.BeforeTheBuild("npm cache clean --force"))
              .needing(Units.NPM),
          new Preset(
                  "poetry",
                  List.of("poetry.lock"),
                  List.of("**/poetry.lock"),
                  List.of("POETRY_CACHE_DIR={}"),
                  List.of("/virtualenvs"),
                  new CleanUp.BeforeTheBuild("poetry cache clear --no-interaction --all PyPI"))
              .thatHides(
                  "Poetry makes files that only their owner can read: "
                      + AS_THIS_USER
                      + "let its last command be: find {} -user $(id -u) -exec chmod go=u {} +"),
          new Preset(
                  "cargo",
                  List.of("Cargo.lock", "Cargo.toml"),
                  List.of("**/Cargo.lock", "rust-toolchain", "rust-toolchain.toml"),
                  List.of("CARGO_HOME={}/home", "CARGO_TARGET_DIR={}/target"),
                  List.of(
                      "home/registry/src",
                      "home/git/checkouts",
                      "home/.package-cache*",
                      "target/{debug,release}/incremental/",
                      "target/*-*/{debug,release}/incremental/"),
                  new CleanUp.BeforeTheBuild("cargo clean"))
              .needing(Units.CARGO),
          new Preset(
              "bundler",
              List.of("Gemfile.lock"),
              List.of("**/Gemfile.lock", ".ruby-version"),
              List.of("BUNDLE_PATH={}"),
              // git refuses what another user owns, and with it the build: they are cloned anew.
              List.of("*/*/cache/bundler/git/"),
              new CleanUp.AfterTheBuild("bundle clean --force")),
          new Preset(
              "composer",
              List.of("composer.lock"),
              List.of("**/composer.lock"),
              List.of("COMPOSER_CACHE_DIR={}"),
              // git refuses what another user owns, and with it the build: they are cloned anew.
              List.of("/vcs/"),
              new CleanUp.BeforeTheBuild("composer clear-cache")),
          new Preset(
                  "pip",
                  List.of("requirements.txt", "pyproject.toml"),
                  List.of("**/requirements*.txt", "**/constraints*.txt", "**/pyproject.toml"),
                  List.of("PIP_CACHE_DIR={}"),
                  List.of("/selfcheck"),
                  new CleanUp.BeforeTheBuild("pip cache purge"))
              .needing(Units.PIP)
              .thatHides(
                  "pip turns its cache off where the folder belongs to another user: "
                      + AS_THIS_USER
                      + "keep wheels in a folder, as the sample does"),
          new Preset(
                  "buildkit",
                  List.of(),
                  List.of("**/Dockerfile*", "**/Containerfile*", "**/.dockerignore"),
                  List.of(
                      "--export-cache type=local,mode=max,dest={}",
                      "--import-cache type=local,src={}"),
                  List.of("/ingest", "/index.json.lock"),
                  new CleanUp.BeforeTheBuild("rm -r {}"))
              .ofAnOciLayout());

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
