package dev.stepcache.tekton;

import java.util.List;
import java.util.Map;

/**
 * A project with one dependency, which a build tool downloads.
 *
 * @param tool the program that must be there
 * @param files of the project
 * @param prepare makes the lock file, where it is none of the files
 */
record ToolProject(
    String preset, String tool, Map<String, String> files, String prepare, String build) {
  private static final String PACKAGE_JSON =
      "{\"name\":\"app\",\"version\":\"1.0.0\",\"dependencies\":{\"is-number\":\"7.0.0\"}}";
  private static final String NODE = "node -e 'process.exit(require(\"is-number\")(7) ? 0 : 1)'";

  /** The files of a module. */
  static Map<String, String> goModule() {
    return Map.of(
        "go.mod",
        "module app\n\ngo 1.21\n\nrequire github.com/pkg/errors v0.9.1\n",
        "go.sum",
        """
        github.com/pkg/errors v0.9.1 h1:FEBLx1zS214owpjy7qsBeixbURkuhQAwrK5UwLGTwt4=
        github.com/pkg/errors v0.9.1/go.mod h1:bwawxfHBFNV+L2hUp1rHADufV3IMtnDRdf1r5NINEl0=
        """,
        "main.go",
        """
        package main

        import "github.com/pkg/errors"

        func main() { _ = errors.New("x") }
        """);
  }

  /** Those whose dependency comes from the tool's public registry, which a lock file pins. */
  static List<ToolProject> ofPublicRegistries() {
    return List.of(
        new ToolProject("go", "go", goModule(), "", "go build -o app . && ./app"),
        new ToolProject(
            "maven",
            "mvn",
            Map.of(
                "pom.xml",
                """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>app</groupId>
                  <artifactId>app</artifactId>
                  <version>1</version>
                  <dependencies><dependency>
                    <groupId>org.opentest4j</groupId>
                    <artifactId>opentest4j</artifactId>
                    <version>1.3.0</version>
                  </dependency></dependencies>
                </project>
                """),
            "",
            "mvn -B compile"),
        new ToolProject(
            "gradle",
            "gradle",
            Map.of(
                "settings.gradle",
                "rootProject.name = 'app'\n",
                "build.gradle",
                """
                repositories { mavenCentral() }
                configurations { wanted }
                dependencies { wanted 'org.opentest4j:opentest4j:1.3.0' }
                task build { doLast { println configurations.wanted.files } }
                """),
            "",
            "gradle --no-daemon build"),
        new ToolProject(
            "npm",
            "npm",
            Map.of("package.json", PACKAGE_JSON),
            "npm install --package-lock-only --cache \"$HOME/npm\"",
            "npm ci && " + NODE),
        new ToolProject(
            "yarn",
            "yarnpkg",
            Map.of("package.json", PACKAGE_JSON),
            ifVersionIs("yarnpkg", "1.*")
                + "YARN_CACHE_FOLDER=$HOME/yarn yarnpkg install && rm -r node_modules",
            "yarnpkg install --frozen-lockfile && " + NODE),
        new ToolProject(
            "yarn",
            "yarn",
            Map.of("package.json", PACKAGE_JSON, ".yarnrc.yml", "nodeLinker: node-modules\n"),
            ifVersionIs("yarn", "[2-9]*")
                + "YARN_GLOBAL_FOLDER=$HOME/yarn yarn install && rm -r node_modules",
            "yarn install --immutable && " + NODE),
        new ToolProject(
            "pnpm",
            "pnpm",
            Map.of("package.json", PACKAGE_JSON),
            "npm_config_store_dir=$HOME/pnpm pnpm install --lockfile-only",
            "pnpm install --frozen-lockfile && " + NODE),
        new ToolProject(
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
                itoa = "=1.0.11"
                """,
                "src/main.rs",
                "fn main() { println!(\"{}\", itoa::Buffer::new().format(42)); }\n"),
            "CARGO_HOME=$HOME/cargo cargo generate-lockfile",
            "cargo run --locked"));
  }

  /** Two tools go by the name of yarn; each has a cache and options of its own. */
  private static String ifVersionIs(String yarn, String versions) {
    return "case $(%1$s --version) in %2$s) ;; *) echo \"%1$s $(%1$s --version)\"; exit 1;; esac; "
        .formatted(yarn, versions);
  }

  @Override
  public String toString() {
    return preset + " by " + tool;
  }
}
