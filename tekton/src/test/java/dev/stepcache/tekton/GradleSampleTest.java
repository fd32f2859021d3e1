package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample of Gradle, whose wrapper downloads the Gradle that is installed. Both run on the Java
 * of the path, whichever the tests run on: each Gradle knows but those that are older than it.
 */
@Tag("program")
class GradleSampleTest {
  @TempDir private Path folder;

  @Test
  void downloadsNeitherGradleNorADependencyTwiceAndCompilesNothingAgain() throws Exception {
    Programs.assumeInstalled("gradle", "java");
    Path wrapped = wrapper();
    try (PackageServer server = new PackageServer()) {
      server.put("/gradle-bin.zip", distribution());
      server.put("/test/tiny/1.0/tiny-1.0.jar", zip(Map.of("tiny.txt", "tiny")));
      server.put(
          "/test/tiny/1.0/tiny-1.0.pom",
          """
          <project>
            <modelVersion>4.0.0</modelVersion>
            <groupId>test</groupId>
            <artifactId>tiny</artifactId>
            <version>1.0</version>
          </project>
          """
              .getBytes(StandardCharsets.UTF_8));

      int downloaded = 0;
      for (String round : List.of("first", "second")) {
        boolean isFirst = round.equals("first");
        SampleRun run =
            new SampleRun(Sample.read("gradle"), folder.resolve(round), folder.resolve("store"));
        writeProject(run.source(), wrapped, server.address());
        assertThat(run.fetch().results()).containsEntry("fetched", Boolean.toString(!isFirst));

        run.build(Map.of());

        assertThat(run.log()).contains("BUILD SUCCESSFUL");
        assertThat(run.source().resolve("build/libs/app.jar")).isNotEmptyFile();
        if (isFirst) {
          downloaded = server.requests().size();
          assertThat(server.requests())
              .contains("GET /gradle-bin.zip", "GET /test/tiny/1.0/tiny-1.0.jar");
        }
        assertThat(server.requests()).as(server.requests().toString()).hasSize(downloaded);
        assertThat(run.log().contains(":compileJava FROM-CACHE"))
            .as(run.log())
            .isNotEqualTo(isFirst);
        assertThat(run.upload().results()).containsEntry("reason", isFirst ? "saved" : "fetched");
      }
    }
  }

  /** The files that Gradle's own task puts into a project. */
  private Path wrapper() throws IOException, InterruptedException {
    Path project = Files.createDirectories(folder.resolve("wrapped"));
    Files.writeString(project.resolve("settings.gradle"), "rootProject.name = 'app'\n");
    ProcessBuilder gradle =
        new ProcessBuilder("gradle", "--no-daemon", "--offline", "wrapper")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("wrapper-log").toFile());
    gradle.environment().remove("JAVA_HOME");
    gradle.environment().put("GRADLE_USER_HOME", folder.resolve("gradle").toString());
    int exitCode = gradle.start().waitFor();
    assumeTrue(
        exitCode == 0,
        "gradle does not run on the java of the path: this sample's build DOES NOT RUN");
    return project;
  }

  private static void writeProject(Path source, Path wrapped, String server) throws IOException {
    Files.createDirectories(source.resolve("gradle/wrapper"));
    for (String name : List.of("gradlew", "settings.gradle", "gradle/wrapper/gradle-wrapper.jar")) {
      Files.copy(wrapped.resolve(name), source.resolve(name));
    }
    Files.writeString(
        source.resolve("gradle/wrapper/gradle-wrapper.properties"),
        """
        distributionUrl=%s/gradle-bin.zip
        distributionBase=GRADLE_USER_HOME
        distributionPath=wrapper/dists
        zipStoreBase=GRADLE_USER_HOME
        zipStorePath=wrapper/dists
        """
            .formatted(server.replace(":", "\\:")));
    Files.writeString(
        source.resolve("build.gradle"),
        """
        apply plugin: 'java'
        repositories {
          maven {
            url '%s'
            if (it.hasProperty('allowInsecureProtocol')) {
              it.allowInsecureProtocol = true
            }
          }
        }
        dependencies { implementation 'test:tiny:1.0' }
        """
            .formatted(server));
    Path code = Files.createDirectories(source.resolve("src/main/java"));
    Files.writeString(code.resolve("App.java"), "class App {}\n");
  }

  /** The Gradle that is installed, as its project would publish it. */
  private static byte[] distribution() throws IOException {
    Path home =
        Arrays.stream(System.getenv("PATH").split(":"))
            .map(path -> Path.of(path, "gradle"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow()
            .toRealPath()
            .resolve("../..")
            .normalize();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes);
        Stream<Path> files = Files.walk(home, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : files.toList()) {
        boolean isFolder = Files.isDirectory(file);
        zip.putNextEntry(new ZipEntry("gradle/" + home.relativize(file) + (isFolder ? "/" : "")));
        if (!isFolder) {
          Files.copy(file, zip);
        }
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] zip(Map<String, String> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }
}
