package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A repository whose newest commit is a package of several tools, and projects that want it. */
record GitRepository(Path path) {
  /** Nobody is asked there: git is told to look at the path. */
  private static final String ADDRESS = "https://code.test/tiny.git";

  static GitRepository in(Path folder) throws IOException {
    Path path = Files.createDirectories(folder.resolve("tiny.git"));
    Files.createDirectories(path.resolve("src"));
    Files.createDirectories(path.resolve("lib"));
    Files.writeString(path.resolve("composer.json"), "{\"name\":\"tiny/tiny\"}");
    Files.writeString(
        path.resolve("Cargo.toml"),
        "[package]\nname = \"tiny\"\nversion = \"1.0.0\"\nedition = \"2021\"\n");
    Files.writeString(path.resolve("src/lib.rs"), "pub const ANSWER: i32 = 42;\n");
    Files.writeString(path.resolve("lib/tiny.rb"), "module Tiny; ANSWER = 42; end\n");
    Files.writeString(
        path.resolve("tiny.gemspec"),
        """
        Gem::Specification.new do |gem|
          gem.name, gem.version, gem.summary, gem.authors = "tiny", "1.0", "tiny", ["tiny"]
          gem.files = ["lib/tiny.rb"]
        end
        """);
    GitRepository repository = new GitRepository(path);
    repository.run("git init --quiet --initial-branch main");
    repository.commit();
    return repository;
  }

  /** What was locked before is no longer the newest. */
  void commit() throws IOException {
    run(
        "date +%N >date; git add .; "
            + "git -c user.name=t -c user.email=t@code.test commit --quiet --message t");
  }

  private void run(String script) throws IOException {
    assertThat(new ToolBuild(path, path).run(false, script, Map.of())).doesNotStartWith("FAILED");
  }

  /** The project of a preset. */
  ToolProject project(String preset) {
    return switch (preset) {
      case "bundler" ->
          project(
              preset,
              "bundle",
              Map.of("Gemfile", "gem \"tiny\", git: \"%s\"\n".formatted(ADDRESS)),
              "BUNDLE_PATH=$HOME/bundler bundle lock",
              "bundle install && bundle exec ruby -e 'require \"tiny\"; exit Tiny::ANSWER == 42'");
      case "cargo" ->
          project(
              preset,
              "cargo",
              Map.of(
                  "Cargo.toml",
                  "[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2021\"\n"
                      + "[dependencies]\ntiny = { git = \"%s\" }\n".formatted(ADDRESS),
                  "src/main.rs",
                  "fn main() { assert_eq!(tiny::ANSWER, 42); }\n"),
              "CARGO_HOME=$HOME/cargo cargo generate-lockfile",
              "cargo run --locked");
      default ->
          project(
              preset,
              "composer",
              Map.of(
                  "composer.json",
                  """
                  {"repositories":[{"type":"vcs","url":"%s"},{"packagist":false}],
                    "require":{"tiny/tiny":"dev-main"}}
                  """
                      .formatted(ADDRESS)),
              "COMPOSER_CACHE_DIR=$HOME/composer composer update --no-install --no-interaction",
              "composer install --no-interaction && test -f vendor/tiny/tiny/composer.json");
    };
  }

  private ToolProject project(
      String preset, String tool, Map<String, String> files, String prepare, String build) {
    String mirrored =
        "git config --global url.file://%s.insteadOf %s; ".formatted(path, ADDRESS)
            + "export CARGO_NET_GIT_FETCH_WITH_CLI=true; ";
    return new ToolProject(preset, tool, files, mirrored + prepare, mirrored + build);
  }
}
