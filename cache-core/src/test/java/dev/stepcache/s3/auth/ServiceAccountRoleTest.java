package dev.stepcache.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.s3.MotoServer;
import dev.stepcache.s3.ScriptedServer;
import dev.stepcache.s3.ScriptedServer.Answer;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The role that a pod's service account has by its token. */
class ServiceAccountRoleTest extends CredentialCase {
  @Test
  void aServiceAccountTakesItsRoleByItsToken() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "jwt.one\n");
    variables.put("AWS_ROLE_ARN", ROLE);
    variables.put("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());
    Answer ending = role("AssumeRoleWithWebIdentity", Instant.now().plus(Duration.ofMinutes(1)));
    try (ScriptedServer server =
        new ScriptedServer(ending, role("AssumeRoleWithWebIdentity", later()))) {
      tokens = server.endpoint();
      try (CredentialChain chain = chain()) {
        assertThat(chain.credentials().accessKey()).isEqualTo("ASIAROLE");
        // A minute is no time for a request: they are renewed, by what the file holds then.
        Files.writeString(token, "jwt.two");
        chain.credentials();
        chain.credentials();
        assertThat(chain.account()).isEqualTo("access key ASIAROLE of role " + ROLE);
      }
      assertThat(server.asked()).hasSize(2);
      assertThat(server.asked().getFirst().body())
          .startsWith("Action=AssumeRoleWithWebIdentity&RoleArn=")
          .endsWith("&RoleSessionName=stepcache&Version=2011-06-15&WebIdentityToken=jwt.one");
      assertThat(server.asked().getLast().body()).endsWith("WebIdentityToken=jwt.two");
      assertThat(server.asked().getFirst().header("Authorization")).isEmpty();
    }
  }

  @Test
  void aRoleThatIsRefusedIsNamedWithItsCureAndWithoutTheToken() throws IOException {
    variables.put("AWS_ROLE_ARN", ROLE);
    variables.put(
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        Files.writeString(folder.resolve("token"), "jwt.secret").toString());
    Answer refused =
        new Answer(
            403,
            Map.of(),
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized</Message>"
                + "</Error></ErrorResponse>");
    try (ScriptedServer server = new ScriptedServer(refused)) {
      tokens = server.endpoint();
      assertThatThrownBy(this::found)
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageContaining("take the role " + ROLE)
          .hasMessageContaining("403 AccessDenied (Not authorized)")
          .hasMessageContaining("trust policy")
          .hasMessageNotContaining("jwt.secret");
    }
  }

  @Test
  void noTokenGoesOverPlainHttpUnlessTheUserSaysSo() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "jwt.one");
    variables.put("AWS_ROLE_ARN", ROLE);
    variables.put("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());
    insecure = false;
    try (ScriptedServer server = new ScriptedServer(role("AssumeRoleWithWebIdentity", later()))) {
      tokens = server.endpoint();

      assertThatThrownBy(this::found)
          .isInstanceOf(StoreException.Untrusted.class)
          .hasMessageContaining("AWS_ENDPOINT_URL_STS")
          .hasMessageContaining("INSECURE");
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void aTokenThatIsNotMountedIsNamed() {
    variables.put("AWS_ROLE_ARN", ROLE);
    variables.put("AWS_WEB_IDENTITY_TOKEN_FILE", folder.resolve("none").toString());

    assertThatThrownBy(this::found)
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageContaining("mount it into the step");
  }

  @Test
  void aRoleWithoutKeysIsNone() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "jwt");
    variables.put("AWS_ROLE_ARN", ROLE);
    variables.put("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());
    Answer good = role("AssumeRoleWithWebIdentity", later());
    Answer empty = new Answer(200, Map.of(), good.body().replace("role-secret", ""));
    try (ScriptedServer server = new ScriptedServer(empty)) {
      tokens = server.endpoint();

      assertThatThrownBy(this::found)
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("answered without credentials");
    }
  }

  @Test
  @Tag("program")
  @EnabledIf(
      value = "dev.stepcache.s3.MotoServer#available",
      disabledReason = "not run: no moto_server is installed")
  void aRealTokenServiceGivesRoles() throws IOException {
    try (MotoServer server = MotoServer.start(folder)) {
      tokens = server.endpoint();
      variables.put("AWS_ROLE_ARN", ROLE);
      variables.put(
          "AWS_WEB_IDENTITY_TOKEN_FILE",
          Files.writeString(folder.resolve("token"), "any.jwt").toString());
      AwsCredentials byToken = found();
      assertThat(byToken.accessKey()).startsWith("ASIA");
      assertThat(byToken.expires())
          .hasValueSatisfying(end -> assertThat(end).isAfter(Instant.now()));

      variables.remove("AWS_ROLE_ARN");
      profiles(
          "[profile ci]\nrole_arn = %s\nsource_profile = keys\n".formatted(ROLE),
          "[keys]\naws_access_key_id=AKIAKEYS\naws_secret_access_key=keys-secret\n");
      named = Optional.of("ci");
      assertThat(found().accessKey()).startsWith("ASIA");
    }
  }
}
