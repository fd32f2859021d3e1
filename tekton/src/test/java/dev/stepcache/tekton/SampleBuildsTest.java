package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples' own build steps, run twice: what the first downloads, the second does not. */
@Tag("program")
class SampleBuildsTest {
  @TempDir private Path folder;

  private interface Project {
    void write(Path source) throws IOException;
  }

  private void buildTwice(
      String name, Project project, PackageServer server, Map<String, String> environment)
      throws IOException, InterruptedException {
    Sample sample = Sample.read(name);
    SampleRun first = new SampleRun(sample, folder.resolve("first"), folder.resolve("store"));
    project.write(first.source());
    assertThat(first.fetch().results()).containsEntry("reason", "miss");
    first.build(environment);
    assertThat(first.upload().results()).containsEntry("reason", "saved");
    int downloaded = server.requests().size();
    assertThat(downloaded).isPositive();

    SampleRun second = new SampleRun(sample, folder.resolve("second"), folder.resolve("store"));
    project.write(second.source());
    assertThat(second.fetch().results()).containsEntry("fetched", "true");
    second.build(environment);

    assertThat(server.requests()).as(server.requests().toString()).hasSize(downloaded);
    assertThat(second.upload().results()).containsEntry("reason", "fetched");
  }

  @Test
  void npmAsksForNoPackageTwice() throws Exception {
    Programs.assumeInstalled("npm", "node", "tar");
    try (PackageServer server = new PackageServer()) {
      byte[] archive = npmPackage();
      server.put("/tiny/-/tiny-1.0.0.tgz", archive);
      String integrity = "sha512-" + Base64.getEncoder().encodeToString(sum("SHA-512", archive));
      String lock =
          """
          {"name": "app", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
            "": {"name": "app", "version": "1.0.0", "dependencies": {"tiny": "1.0.0"}},
            "node_modules/tiny": {"version": "1.0.0", "resolved": "%s/tiny/-/tiny-1.0.0.tgz",
              "integrity": "%s"}}}
          """
              .formatted(server.address(), integrity);

      buildTwice(
          "npm",
          source -> {
            Files.writeString(source.resolve("package-lock.json"), lock);
            Files.writeString(
                source.resolve("package.json"),
                """
                {"name": "app", "version": "1.0.0", "dependencies": {"tiny": "1.0.0"},
                  "scripts": {"test": "node -e 'process.exit(require(\\"tiny\\") - 42)'"}}
                """);
          },
          server,
          Map.of("npm_config_registry", server.address() + "/"));
    }
  }

  private byte[] npmPackage() throws IOException, InterruptedException {
    Path content = Files.createDirectories(folder.resolve("tiny/package"));
    Files.writeString(content.resolve("package.json"), "{\"name\":\"tiny\",\"version\":\"1.0.0\"}");
    Files.writeString(content.resolve("index.js"), "module.exports = 42\n");
    Path archive = folder.resolve("tiny.tgz");
    Process tar =
        new ProcessBuilder(
                "tar", "-czf", archive.toString(), "-C", content.getParent().toString(), "package")
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
    return Files.readAllBytes(archive);
  }

  @Test
  void pipAsksForNoPackageTwice() throws Exception {
    Programs.assumeInstalled("pip", "python");
    try (PackageServer server = new PackageServer()) {
      PythonPackage.serve(server);
      Path installed = folder.resolve("installed");

      buildTwice(
          "pip",
          source -> {
            Files.writeString(source.resolve("requirements.txt"), "tiny==1.0\n");
            Files.writeString(
                source.resolve("test_tiny.py"),
                """
                import tiny, unittest

                class Test(unittest.TestCase):
                    def test(self):
                        self.assertEqual(42, tiny.answer)
                """);
          },
          server,
          Map.of(
              "PIP_INDEX_URL",
              server.address() + "/simple/",
              "PIP_TARGET",
              installed.toString(),
              "PIP_UPGRADE",
              "1",
              "PIP_DISABLE_PIP_VERSION_CHECK",
              "1",
              "PYTHONPATH",
              installed.toString()));
    }
  }

  @Test
  @Tag("network")
  void cargoCompilesNoDependencyTwice() throws Exception {
    Programs.assumeInstalled("cargo");
    String rustup = System.getenv().getOrDefault("RUSTUP_HOME", System.getenv("HOME") + "/.rustup");
    Path lock = folder.resolve("Cargo.lock");
    for (String round : new String[] {"first", "second"}) {
      boolean isFirst = round.equals("first");
      SampleRun run =
          new SampleRun(Sample.read("cargo"), folder.resolve("pod"), folder.resolve("store"));
      Files.writeString(
          run.source().resolve("Cargo.toml"),
          """
          [package]
          name = "app"
          version = "1.0.0"
          edition = "2021"
          [dependencies]
          itoa = "=1.0.11"
          """);
      Files.createDirectories(run.source().resolve("src"));
      Files.writeString(
          run.source().resolve("src/lib.rs"),
          "#[test]\nfn test() { assert_eq!(itoa::Buffer::new().format(42), \"42\"); }\n");
      if (isFirst) {
        lock(run.source(), rustup);
        Files.copy(run.source().resolve("Cargo.lock"), lock);
      } else {
        Files.copy(lock, run.source().resolve("Cargo.lock"));
      }
      assertThat(run.fetch().results()).containsEntry("fetched", Boolean.toString(!isFirst));

      run.build(Map.of("RUSTUP_HOME", rustup, "CARGO_NET_OFFLINE", Boolean.toString(!isFirst)));

      assertThat(run.log().contains("Compiling itoa")).as(run.log()).isEqualTo(isFirst);
      assertThat(run.upload().results()).containsEntry("reason", isFirst ? "saved" : "fetched");
      // Each pod has its workspace at the same path, which cargo takes for a part of what it built.
      Files.move(folder.resolve("pod"), folder.resolve(round));
    }
  }

  @Test
  @Tag("network")
  void golangciLintLintsASecondTimeWithoutAnyModule() throws Exception {
    Programs.assumeInstalled("golangci-lint", "go");
    for (String round : new String[] {"first", "second"}) {
      boolean isFirst = round.equals("first");
      SampleRun run =
          new SampleRun(
              Sample.read("golangci-lint"), folder.resolve("pod"), folder.resolve("store"));
      for (Map.Entry<String, String> file : ToolProject.goModule().entrySet()) {
        Files.writeString(run.source().resolve(file.getKey()), file.getValue());
      }
      assertThat(run.fetch().results()).containsEntry("fetched", Boolean.toString(!isFirst));

      run.build(
          Map.of(
              "GOTOOLCHAIN",
              "local",
              "GOPROXY",
              isFirst ? System.getenv().getOrDefault("GOPROXY", "") : "off"));

      assertThat(run.log()).contains("0 issues");
      assertThat(run.upload().results().get("reason")).isIn("saved", "unchanged");
      Files.move(folder.resolve("pod"), folder.resolve(round));
    }
  }

  private void lock(Path project, String rustup) throws IOException, InterruptedException {
    ProcessBuilder cargo =
        new ProcessBuilder("cargo", "generate-lockfile").directory(project.toFile()).inheritIO();
    cargo.environment().put("RUSTUP_HOME", rustup);
    cargo.environment().put("CARGO_HOME", folder.resolve("cargo").toString());
    int exitCode = cargo.start().waitFor();
    assumeTrue(exitCode == 0, "crates cannot be had: this sample's build DOES NOT RUN");
  }

  /**
   * BuildKit, which {@link BuildKitSampleTest} has to compile, is played by what its local exporter
   * does: it adds, and never takes away.
   */
  @Test
  void buildKitsCacheHoldsNoLayerThatTheLastBuildDidNotNeed() throws Exception {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path buildctl = programs.resolve("buildctl-daemonless.sh");
    Files.writeString(
        buildctl,
        """
        #!/bin/sh
        for arg; do
          case $arg in type=local,mode=max,dest=*) cache=${arg#*dest=} ;; esac
        done
        mkdir -p "$cache/blobs/sha256"
        blob() {
          sum=$(printf %s "$2" | sha256sum | cut -d' ' -f1)
          printf %s "$2" >"$cache/blobs/sha256/$sum"
          printf '{"mediaType":"%s","digest":"sha256:%s","size":%d}' "$1" "$sum" "${#2}"
        }
        layers=$(blob application/vnd.oci.image.layer.v1.tar+gzip base),$(
          blob application/vnd.oci.image.layer.v1.tar+gzip "$COMMIT"),$(
          blob application/vnd.buildkit.cacheconfig.v0 "{'of':'$COMMIT'}")
        list() { printf '{"schemaVersion":2,"manifests":[%s]}' "$1"; }
        index=$(blob application/vnd.oci.image.index.v1+json "$(list "$layers")")
        echo '{"imageLayoutVersion":"1.0.0"}' >"$cache/oci-layout"
        list "$index" >"$cache/index.json"
        """);
    assertThat(buildctl.toFile().setExecutable(true)).isTrue();

    for (String commit : new String[] {"first", "second", "third"}) {
      boolean isFirst = commit.equals("first");
      SampleRun run =
          new SampleRun(Sample.read("buildkit"), folder.resolve(commit), folder.resolve("store"));
      Path source = Files.createDirectories(run.source().resolve("source"));
      Files.writeString(source.resolve("Dockerfile"), "FROM scratch\n");
      assertThat(run.fetch().results()).containsEntry("fetched", Boolean.toString(!isFirst));
      Path blobs = run.source().resolve("cache/blobs/sha256");
      if (!isFirst) {
        assertThat(blobs.toFile().list()).hasSize(4);
      }
      run.build(Map.of("COMMIT", commit, "PATH", programs + ":" + System.getenv("PATH")));

      assertThat(blobs.toFile().list()).hasSize(isFirst ? 4 : 7);
      OnePod.Ran saved = run.upload();
      assertThat(saved.results()).containsEntry("reason", "saved");
      assertThat(saved.log().contains("left out: 3 blobs of the OCI layout"))
          .as(saved.log())
          .isNotEqualTo(isFirst);
    }
  }

  private static byte[] sum(String algorithm, byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance(algorithm).digest(bytes);
  }
}
