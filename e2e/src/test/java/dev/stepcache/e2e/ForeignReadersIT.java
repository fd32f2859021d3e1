package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.tekton.Sample;
import dev.stepcache.tekton.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A node's containerd unpacks what cache-upload saved, and builds work on it, mounted read-only.
 */
@Programs({"docker-registry", "containerd", "ctr", "umount"})
class ForeignReadersIT extends ContainerdCase {
  private static final String LONG = "long-".repeat(30);
  private static final String MAVEN = "3.9.11";

  private Path cache;

  @BeforeEach
  void makeCache() throws IOException {
    cache = Files.createDirectories(folder.resolve("cache"));
  }

  /** A save of what changed, under a tag that a pod can name. */
  private void save(String preset) throws IOException {
    LocalPod pod =
        new LocalPod(folder.resolve("pod"), cache)
            .param("INSECURE", "true")
            .param("UPLOAD", "changed")
            .param("PRESET", preset)
            .param("ROLLING_TAG", "main")
            .param("KEY", "ab".repeat(32));
    StepRun saved = pod.upload("oci://" + registry.host() + "/ci/cache:{{hash}}").await();
    assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");
  }

  private Path mounted() throws IOException {
    return containerd.mount(registry.host() + "/ci/cache:main");
  }

  private void write(String name, String text) throws IOException {
    Path file = cache.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void findTheTreeOfEachOfSeveralSavesThatBuildOnOneAnother() throws IOException {
    GoBuild.fill(cache, 200, 3000);
    write("kept/file", "kept");
    write("gone/deep/file", "gone");
    write("gone-file", "gone");
    write("changed", "before");
    write("folder-then-file/file", "x");
    write("folder-then-link/file", "x");
    write(LONG + "/" + LONG + "/" + LONG + "name", "long");
    write("naïve – 日本.txt", "beyond ASCII");
    write("run", "#!/bin/sh\n");
    assertThat(cache.resolve("run").toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(cache.resolve("link"), Path.of("kept/file"));
    Files.createSymbolicLink(cache.resolve("dangling"), Path.of("/no/where"));
    Files.createSymbolicLink(cache.resolve("link-then-file"), Path.of("run"));
    Files.createLink(cache.resolve("again"), cache.resolve("changed"));
    Files.createDirectories(cache.resolve("empty/deep"));
    save("");
    assertThat(ForeignView.of(mounted())).isEqualTo(ForeignView.of(cache));

    remove("gone", "gone-file", "folder-then-file", "folder-then-link", "link-then-file", "again");
    write("changed", "after");
    write("folder-then-file", "a file");
    write("link-then-file", "a file");
    Files.createSymbolicLink(cache.resolve("folder-then-link"), Path.of("kept"));
    Files.createLink(cache.resolve("other"), cache.resolve("changed"));
    save("");
    SortedMap<String, String> second = ForeignView.of(cache);
    Path mount = mounted();
    assertThat(ForeignView.of(mount)).isEqualTo(second);
    assertThat(mount.resolve("new").toFile().mkdir()).as("read-only").isFalse();

    remove(LONG, "kept", "empty");
    write("gone/back", "back");
    write("empty", "a file");
    save("");
    assertThat(ForeignView.of(mounted())).isEqualTo(ForeignView.of(cache)).isNotEqualTo(second);
  }

  private void remove(String... names) throws IOException {
    for (String name : names) {
      run(cache, Map.of(), "rm", "-r", name);
    }
  }

  @Test
  @Programs("go")
  void letGoBuildWithoutTheNetworkAsTheSampleSays() throws IOException {
    Path proxy = proxy();
    Path app = Files.createDirectories(folder.resolve("app"));
    Files.writeString(
        app.resolve("go.mod"), "module app\n\ngo 1.21\n\nrequire code.test/tiny v1.0.0\n");
    Files.writeString(
        app.resolve("main.go"),
        "package main\n\nimport \"code.test/tiny\"\n\nfunc main() { println(tiny.Answer) }\n");
    Map<String, String> common =
        Map.of("GOFLAGS", "-mod=mod", "GOSUMDB", "off", "GOTOOLCHAIN", "local");
    Map<String, String> online = new HashMap<>(common);
    online.put("GOPROXY", "file://" + proxy);
    online.put("GOMODCACHE", cache.resolve("mod").toString());
    online.put("GOCACHE", cache.resolve("cache").toString());
    run(app, online, "go", "build", "-o", folder.resolve("first").toString(), ".");
    save("go");

    Map<String, String> offline = new HashMap<>(common);
    offline.putAll(sample("mount-go", "/caches/go", mounted()));
    assertThat(offline.get("GOPROXY")).startsWith("file:///").contains(",https://");
    offline.computeIfPresent("GOPROXY", (name, value) -> value.replaceFirst(",https://.*", ",off"));
    offline.put("GOMODCACHE", folder.resolve("own").toString());
    offline.put("GOCACHE", folder.resolve("build").toString());
    run(app, offline, "go", "build", "-o", folder.resolve("second").toString(), ".");

    assertThat(run(folder, Map.of(), folder.resolve("second").toString())).contains("42");
  }

  @Test
  @Tag("network")
  @Programs({"mvn", "tar"})
  void letMavenBuildWithoutTheNetworkAsTheSampleSays() throws IOException {
    String mvn = maven();
    Path app = Files.createDirectories(folder.resolve("app"));
    Files.writeString(
        app.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>test</groupId><artifactId>app</artifactId><version>1</version>
          <properties><maven.compiler.release>17</maven.compiler.release></properties>
          <dependencies><dependency>
            <groupId>commons-io</groupId><artifactId>commons-io</artifactId><version>2.16.1</version>
          </dependency></dependencies>
        </project>
        """);
    Path java = Files.createDirectories(app.resolve("src/main/java")).resolve("App.java");
    Files.writeString(java, "class App { org.apache.commons.io.IOUtils it; }\n");
    String repository = cache.resolve("repository").toString();
    run(app, Map.of(), mvn, "-B", "-q", "-Dmaven.repo.local=" + repository, "package");
    save("maven");
    run(app, Map.of(), "rm", "-r", "target");

    Path own = folder.resolve("own");
    Map<String, String> offline = sample("mount-maven", "/caches/maven", mounted());
    assertThat(offline.get("MAVEN_OPTS")).startsWith("-Dmaven.repo.local.tail=");
    run(app, offline, mvn, "-B", "-q", "-o", "-Dmaven.repo.local=" + own, "package");

    assertThat(app.resolve("target/app-1.jar")).exists();
    try (Stream<Path> copied = Files.walk(own)) {
      assertThat(copied.filter(Files::isRegularFile)).as("nothing is copied").isEmpty();
    }
  }

  /** Debian's is too old to know a second local repository. */
  private String maven() throws IOException {
    run(
        folder,
        Map.of(),
        "mvn",
        "-B",
        "-q",
        "-Dmaven.repo.local=" + folder.resolve("tools"),
        "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
        "-Dartifact=org.apache.maven:apache-maven:" + MAVEN + ":tar.gz:bin",
        "-DoutputDirectory=" + folder);
    run(folder, Map.of(), "tar", "--extract", "--file", "apache-maven-" + MAVEN + "-bin.tar.gz");
    return folder.resolve("apache-maven-" + MAVEN + "/bin/mvn").toString();
  }

  /** What the sample's build has in its environment, with the cache mounted elsewhere. */
  private static Map<String, String> sample(String name, String place, Path mount)
      throws IOException {
    List<Yaml> tasks = Sample.read(name).document().at("spec", "pipelineSpec", "tasks").list();
    Yaml build = tasks.getFirst().at("taskSpec", "steps").list().getLast();
    assertThat(build.at("volumeMounts").list().getFirst().at("mountPath").text()).isEqualTo(place);
    Map<String, String> environment = new HashMap<>();
    for (Yaml variable : build.at("env").list()) {
      environment.put(
          variable.at("name").text(), variable.at("value").text().replace(place, mount.toString()));
    }
    return environment;
  }

  /** A module proxy as a folder, with one module. */
  private Path proxy() throws IOException {
    Path versions = Files.createDirectories(folder.resolve("proxy/code.test/tiny/@v"));
    Files.writeString(versions.resolve("list"), "v1.0.0\n");
    Files.writeString(
        versions.resolve("v1.0.0.info"),
        "{\"Version\":\"v1.0.0\",\"Time\":\"2020-01-01T00:00:00Z\"}");
    Files.writeString(versions.resolve("v1.0.0.mod"), "module code.test/tiny\n");
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(versions.resolve("v1.0.0.zip")))) {
      put(zip, "go.mod", "module code.test/tiny\n");
      put(zip, "tiny.go", "package tiny\n\nconst Answer = 42\n");
    }
    return folder.resolve("proxy");
  }

  private static void put(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry("code.test/tiny@v1.0.0/" + name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
