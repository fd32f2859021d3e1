package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.cli.login.DockerCredentialProgram;
import dev.stepcache.credentials.Login;
import dev.stepcache.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The programs that a docker config leaves logins to. */
class CredentialProgramTest extends CliCase {
  private static final String SECRET = "s3cr3t-of-a-program";

  private Map<String, String> environment = Map.of();

  @BeforeEach
  void aFolderForPrograms() throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.createDirectories(folder.resolve(".docker"));
    environment =
        Map.of("HOME", folder.toString(), "PATH", folder.resolve("bin") + ":/usr/bin:/bin");
  }

  private void program(String name, String script) throws IOException {
    Path file = folder.resolve("bin/docker-credential-" + name);
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve(".docker/config.json"), json);
  }

  private String answer(String user) {
    return "echo '{\"ServerURL\":\"x\",\"Username\":\""
        + user
        + "\",\"Secret\":\""
        + SECRET
        + "\"}'\n";
  }

  private Ran list(String host) {
    return runIn(environment, "list", "--insecure", "oci://" + host + "/team/cache");
  }

  @Test
  void logInWithWhatTheProgramOfTheRegistrySays() throws IOException {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      registry.login().basic("somebody", SECRET);
      program(
          "fake", "read -r host; echo \"$1 $host\" > " + folder + "/asked\n" + answer("somebody"));
      config("{\"credHelpers\":{\"" + registry.host() + "\":\"fake\"}}");

      Ran ran = list(registry.host());

      assertThat(ran.err()).contains("nothing is there");
      assertThat(Files.readString(folder.resolve("asked")))
          .isEqualTo("get " + registry.host() + "\n");
    }
  }

  @Test
  void servesFetchAndUploadToo() throws IOException {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      registry.login().basic("somebody", SECRET);
      program("store", answer("somebody"));
      config("{\"credsStore\":\"store\"}");
      write("one", 1000);
      Files.writeString(folder.resolve("go.sum"), "x");
      String template = "oci://" + registry.host() + "/team/cache:{{hash}}";

      Ran ran =
          runIn(
              environment,
              "upload",
              "--insecure",
              "--target",
              template,
              "--working-dir",
              folder.toString(),
              "--patterns",
              "go.sum",
              "--cache-path",
              "tree");

      assertThat(ran.out()).as(ran.err()).contains("saved: 1 file");
      assertThat(ran.out() + ran.err()).doesNotContain(SECRET);
    }
  }

  @Test
  void neverShowWhatTheProgramPrints() throws IOException {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      registry.login().basic("somebody", SECRET);
      config("{\"credsStore\":\"fake\"}");
      for (String script :
          new String[] {
            "echo " + SECRET + "; echo " + SECRET + " >&2; exit 3\n",
            "echo '{\"Secret\": " + SECRET + "}'\n",
            "echo '" + SECRET + "'; exit 0\n"
          }) {
        program("fake", script);

        Ran ran = list(registry.host());

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err())
            .contains("leaves the login to docker-credential-fake")
            .doesNotContain(SECRET);
        assertThat(ran.out()).isEmpty();
      }
    }
  }

  @Test
  void sayWhichProgramIsMissing() throws IOException {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      registry.login().basic("somebody", SECRET);
      config("{\"credsStore\":\"absent\"}");

      assertThat(list(registry.host()).err())
          .contains("docker-credential-absent, which is in no folder of PATH");
    }
  }

  @Test
  void leaveTheConfigsOwnLoginWhereTheProgramHasNone() throws IOException {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      registry.login().basic("somebody", "inline");
      program("fake", "echo credentials not found in native keychain; exit 1\n");
      config(
          "{\"credsStore\":\"fake\",\"auths\":{\""
              + registry.host()
              + "\":{\"username\":\"somebody\",\"password\":\"inline\"}}}");

      assertThat(list(registry.host()).err()).contains("nothing is there");
    }
  }

  @Test
  void takeATokenForARefreshToken() throws IOException {
    program("fake", answer("<token>"));

    assertThat(new DockerCredentialProgram(environment).ask("docker-credential-fake", "r"))
        .isEqualTo(Optional.of(new Login.IdentityToken(SECRET)));
  }

  @Test
  void endAProgramThatAnswersNothing() throws IOException {
    program("slow", "echo $$ > " + folder + "/pid; sleep 600 & wait\n");

    assertThatThrownBy(() ->
            new DockerCredentialProgram(environment, Duration.ofSeconds(2))
                .ask("docker-credential-slow", "r"))
        .hasMessage("did not answer within 2 s");
    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void areNoPaths() {
    assertThatThrownBy(() ->
            new DockerCredentialProgram(environment).ask("docker-credential-../../bin/sh", "r"))
        .hasMessage("is no name of a program");
  }
}
