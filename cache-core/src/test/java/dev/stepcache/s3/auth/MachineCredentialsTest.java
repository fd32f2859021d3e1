package dev.stepcache.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.s3.ScriptedServer;
import dev.stepcache.s3.ScriptedServer.Answer;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the services of a pod or machine give. */
class MachineCredentialsTest extends CredentialCase {
  @Test
  void aPodsIdentityIsAskedForWithItsToken() throws IOException {
    try (ScriptedServer server = new ScriptedServer(json(later()))) {
      variables.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.endpoint() + "/v1/credentials");
      variables.put(
          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
          Files.writeString(folder.resolve("token"), "pod-jwt\n").toString());

      AwsCredentials credentials = found();
      assertThat(credentials.accessKey()).isEqualTo("ASIAPOD");
      assertThat(credentials.secret()).isEqualTo("pod-secret");
      assertThat(credentials.token()).hasValue("pod-token");
      assertThat(server.asked().getFirst().uri()).isEqualTo("/v1/credentials");
      assertThat(server.asked().getFirst().header("Authorization")).isEqualTo("pod-jwt");
    }
  }

  @Test
  void aTokenOfAPodGoesToNoStranger() {
    variables.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/credentials");
    variables.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod-jwt");

    assertThatThrownBy(this::found)
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("names no service of this machine");
  }

  @Test
  void keysThatNoHeaderCanHoldAreNone() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            new Answer(
                200,
                Map.of(),
                "{\"AccessKeyId\": \"ASIA\\r\\nX-Other: 1\", \"SecretAccessKey\": \"secret\"}"))) {
      variables.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.endpoint() + "/v1/credentials");

      assertThatThrownBy(this::found)
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageContaining("are no credentials");
    }
  }

  @Test
  void whatAServiceAnswersIsNeverShown() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(new Answer(200, Map.of(), "{\"AccessKeyId\": secret-text"))) {
      variables.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.endpoint() + "/v1/credentials");

      assertThatThrownBy(this::found)
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageNotContaining("secret-text");
    }
  }

  @Test
  void aMachinesRoleIsAskedForWithASession() throws IOException {
    variables.remove("AWS_EC2_METADATA_DISABLED");
    try (ScriptedServer server =
        new ScriptedServer(
            new Answer(200, Map.of(), "session-token"),
            new Answer(200, Map.of(), "node-role"),
            json(later()))) {
      variables.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.endpoint());

      assertThat(found().accessKey()).isEqualTo("ASIAPOD");
      assertThat(server.asked())
          .extracting(asked -> asked.method() + " " + asked.uri())
          .containsExactly(
              "PUT /latest/api/token",
              "GET /latest/meta-data/iam/security-credentials/",
              "GET /latest/meta-data/iam/security-credentials/node-role");
      assertThat(server.asked().getLast().header("X-aws-ec2-metadata-token"))
          .isEqualTo("session-token");
    }
  }

  @Test
  void aMachineThatIsNotToBeAskedIsNotAsked() throws IOException {
    try (ScriptedServer server = new ScriptedServer(json(later()))) {
      variables.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.endpoint());

      assertThatThrownBy(this::found).isInstanceOf(StoreException.MissingCredentials.class);
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void aMachineWithoutARoleHasNone() throws IOException {
    variables.remove("AWS_EC2_METADATA_DISABLED");
    try (ScriptedServer server =
        new ScriptedServer(
            new Answer(200, Map.of(), "session-token"), new Answer(404, Map.of(), ""))) {
      variables.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.endpoint());

      assertThatThrownBy(this::found)
          .isInstanceOf(StoreException.MissingCredentials.class)
          .hasMessageContaining("give the service account a role");
    }
  }
}
