package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The build tools themselves, as far as they are installed: with nothing set but the variables that
 * cache-fetch prints, a second build of a project with one dependency works in a workspace and a
 * home of its own and without any network, from a cache of eight days. The first one downloads from
 * the tools' public registries.
 */
@Tag("program")
@Tag("network")
class PresetBuildsTest {
  private static final Pattern VARIABLE = Pattern.compile("the build must set (\\w+)=(.*)");

  private static final Map<String, String> NO_RETRIES =
      Map.of(
          "npm_config_fetch_retries",
          "0",
          "PIP_RETRIES",
          "0",
          "CARGO_NET_RETRY",
          "0",
          "BUNDLE_RETRY",
          "0");

  @TempDir private Path folder;

  /**
   * @param tool the program that must be there
   * @param files of the project
   * @param prepare makes the lock file, where it is none of the files
   */
  private record Tool(
      String preset, String tool, Map<String, String> files, String prepare, String build) {
    @Override
    public String toString() {
      return preset + " by " + tool;
    }
  }

  private static final String PACKAGE_JSON =
      "{\"name\":\"app\",\"version\":\"1.0.0\",\"dependencies\":{\"is-number\":\"7.0.0\"}}";
  private static final String NODE = "node -e 'process.exit(require(\"is-number\")(7) ? 0 : 1)'";

  /** With one dependency. */
  static Map<String, String> goProject() {
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

  static List<Tool> tools() {
    return List.of(
        new Tool("go", "go", goProject(), "", "go build -o app . && ./app"),
        new Tool(
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
        new Tool(
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
        new Tool(
            "npm",
            "npm",
            Map.of("package.json", PACKAGE_JSON),
            "npm install --package-lock-only --cache \"$HOME/npm\"",
            "npm ci && " + NODE),
        new Tool(
            "yarn",
            "yarnpkg",
            Map.of("package.json", PACKAGE_JSON),
            ifVersionIs("yarnpkg", "1.*")
                + "YARN_CACHE_FOLDER=$HOME/yarn yarnpkg install && rm -r node_modules",
            "yarnpkg install --frozen-lockfile && " + NODE),
        new Tool(
            "yarn",
            "yarn",
            Map.of("package.json", PACKAGE_JSON, ".yarnrc.yml", "nodeLinker: node-modules\n"),
            ifVersionIs("yarn", "[2-9]*")
                + "YARN_GLOBAL_FOLDER=$HOME/yarn yarn install && rm -r node_modules",
            "yarn install --immutable && " + NODE),
        new Tool(
            "pnpm",
            "pnpm",
            Map.of("package.json", PACKAGE_JSON),
            "npm_config_store_dir=$HOME/pnpm pnpm install --lockfile-only",
            "pnpm install --frozen-lockfile && " + NODE),
        new Tool(
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

  private record Build(OnePod pod, Path workspace, Path home) {
    static Build in(Path folder, Tool tool) throws IOException {
      Path workspace = Files.createDirectories(folder.resolve("workspace"));
      for (Map.Entry<String, String> file : tool.files().entrySet()) {
        Path path = workspace.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      OnePod pod =
          new OnePod(folder.resolve("pod"))
              .patterns()
              .param("PRESET", tool.preset())
              .param("WORKING_DIR", workspace.toString());
      return new Build(pod, workspace, Files.createDirectories(folder.resolve("home")));
    }

    /** The log of what was run, if it ended with 0. */
    String run(boolean offline, String script, Map<String, String> variables) throws IOException {
      Path log = home.resolveSibling("log");
      List<String> command = List.of("sh", "-ec", script);
      if (offline) {
        // Some tools speak to processes of their own by the loopback interface.
        command =
            List.of("unshare", "-rn", "sh", "-ec", "ip link set lo up; exec sh -ec \"$0\"", script);
      }
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(workspace.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      Map<String, String> environment = builder.environment();
      environment
          .keySet()
          .removeIf(name -> name.matches("XDG_.*|GO(CACHE|MODCACHE|PATH)|PIP_FIND_LINKS"));
      environment.putIfAbsent("RUSTUP_HOME", environment.get("HOME") + "/.rustup");
      environment.put("HOME", home.toString());
      environment.put("GOTOOLCHAIN", "local");
      environment.putAll(NO_RETRIES);
      environment.putAll(variables);
      try {
        return (builder.start().waitFor() == 0 ? "" : "FAILED: ") + Files.readString(log);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  private static Map<String, String> printed(String log) {
    Map<String, String> variables = new HashMap<>();
    for (MatchResult variable : VARIABLE.matcher(log).results().toList()) {
      variables.put(variable.group(1), variable.group(2));
    }
    assertThat(variables).isNotEmpty();
    return variables;
  }

  private static void assumeInstalled(String program) {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(path -> Files.isExecutable(Path.of(path, program))),
        program + " is not installed: its preset IS NOT TRIED");
  }

  @ParameterizedTest
  @MethodSource("tools")
  void downloadNothingWhenTheyBuildASecondTime(Tool tool) throws IOException {
    for (String program : List.of(tool.tool(), "unshare", "ip")) {
      assumeInstalled(program);
    }
    String reference = "file://" + folder.resolve("store") + ":{{hash}}";
    Build first = Build.in(folder.resolve("first"), tool);
    String prepared = first.run(false, tool.prepare(), Map.of());
    assumeTrue(
        !prepared.startsWith("FAILED"),
        "it cannot be prepared here, so the preset IS NOT TRIED: " + prepared);
    Path lock = Files.createDirectories(folder.resolve("lock"));
    assertThat(first.run(false, "cp -a . " + lock, Map.of())).isEmpty();
    Map<String, String> variables = printed(first.pod().fetch(reference).log());
    String built = first.run(false, tool.build(), variables);
    assertThat(built).doesNotStartWith("FAILED");
    // What is hit for more than a week is that old; some tools delete what they take for unused.
    String aged = first.run(false, "find .cache -exec touch -h -d '8 days ago' {} +", Map.of());
    assertThat(aged).isEmpty();
    OnePod.Ran saved = first.pod().upload(reference);
    assertThat(saved.results()).as(saved.log()).containsEntry("reason", "saved");

    Build second = Build.in(folder.resolve("second"), tool);
    assertThat(second.run(false, "cp -a " + lock + "/. .", Map.of())).isEmpty();
    OnePod.Ran fetched = second.pod().fetch(reference);
    assertThat(fetched.results()).as(fetched.log()).containsEntry("fetched", "true");

    assertThat(second.run(true, tool.build(), printed(fetched.log()))).doesNotStartWith("FAILED");
    Build third = Build.in(folder.resolve("third"), tool);
    assertThat(third.run(false, "cp -a " + lock + "/. .", Map.of())).isEmpty();
    OnePod.Ran missed = third.pod().fetch("file://" + folder.resolve("empty") + ":{{hash}}");
    assertThat(third.run(true, tool.build(), printed(missed.log())))
        .as("without the cache it must fail")
        .startsWith("FAILED");
  }

  /** Go's first command of a day deletes from its cache what was not used for five. */
  @Test
  void eachGoCommandOfARunFindsItsResultsInACacheOfEightDays() throws IOException {
    assumeInstalled("go");
    String reference = "file://" + folder.resolve("store") + ":{{hash}}";
    Map<String, String> files =
        Map.of(
            "go.mod",
            "module app\n\ngo 1.21\n",
            "a/main.go",
            "package main\n\nfunc main() { println(1) }\n",
            "b/main.go",
            "package main\n\nimport \"encoding/json\"\n\nfunc main() { json.Valid(nil) }\n");
    Tool tool = new Tool("go", "go", files, "", "");
    Build first = Build.in(folder.resolve("first"), tool);
    Map<String, String> variables = printed(first.pod().fetch(reference).log());
    for (String program : List.of("./a", "./b")) {
      assertThat(first.run(false, "go build -trimpath -x -o /dev/null " + program, variables))
          .contains("/compile ");
    }
    String age =
        "date -d '8 days ago' +%s >.cache/go/cache/trim.txt; "
            + "find .cache -exec touch -h -d '8 days ago' {} +";
    assertThat(first.run(false, age, Map.of())).isEmpty();
    assertThat(first.pod().upload(reference).results()).containsEntry("reason", "saved");
    Build second = Build.in(folder.resolve("second"), tool);

    OnePod.Ran fetched = second.pod().fetch(reference);

    assertThat(fetched.results()).containsEntry("fetched", "true");
    for (String program : List.of("./a", "./b")) {
      assertThat(
              second.run(
                  false, "go build -trimpath -x -o /dev/null " + program, printed(fetched.log())))
          .doesNotStartWith("FAILED")
          .doesNotContain("/compile ");
    }
  }

  /**
   * These ask an index about each package in any case, or cannot be had without one of their own.
   */
  @ParameterizedTest
  @ValueSource(strings = {"pip", "poetry", "composer"})
  void downloadNoPackageWhenTheyBuildASecondTime(String preset) throws IOException {
    assumeInstalled(preset);
    try (PackageServer server = new PackageServer()) {
      PythonPackage.serve(server);
      String index = server.address() + "/simple/";
      Tool tool =
          switch (preset) {
            case "pip" -> pip(index);
            case "poetry" -> poetry(index);
            default -> composer(server);
          };
      String reference = "file://" + folder.resolve("store") + ":{{hash}}";
      Build first = Build.in(folder.resolve("first"), tool);
      assertThat(first.run(false, tool.prepare(), Map.of())).doesNotStartWith("FAILED");
      Path lock = Files.createDirectories(folder.resolve("lock"));
      assertThat(first.run(false, "cp -a . " + lock, Map.of())).isEmpty();
      long prepared = files(server);
      assertThat(first.run(false, tool.build(), printed(first.pod().fetch(reference).log())))
          .doesNotStartWith("FAILED");
      assertThat(files(server)).as(server.requests().toString()).isEqualTo(prepared + 1);
      assertThat(first.pod().upload(reference).results()).containsEntry("reason", "saved");

      Build second = Build.in(folder.resolve("second"), tool);
      assertThat(second.run(false, "cp -a " + lock + "/. .", Map.of())).isEmpty();
      OnePod.Ran fetched = second.pod().fetch(reference);
      assertThat(fetched.results()).containsEntry("fetched", "true");

      assertThat(second.run(false, tool.build(), printed(fetched.log())))
          .doesNotStartWith("FAILED");
      assertThat(files(server)).as(server.requests().toString()).isEqualTo(prepared + 1);
    }
  }

  private static long files(PackageServer server) {
    return server.requests().stream().filter(request -> request.contains(" /files/")).count();
  }

  private static Tool pip(String index) {
    String host = index.replaceFirst("http://([^/]*)/.*", "$1");
    return new Tool(
        "pip",
        "pip",
        Map.of("requirements.txt", "tiny==1.0\n"),
        "",
        "pip install --trusted-host %s -i %s --target site -r requirements.txt"
                .formatted(host, index)
            + " && PYTHONPATH=site python -c 'import tiny'");
  }

  private static Tool poetry(String index) {
    return new Tool(
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

  private static Tool composer(PackageServer server) throws IOException {
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
    return new Tool(
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
}
