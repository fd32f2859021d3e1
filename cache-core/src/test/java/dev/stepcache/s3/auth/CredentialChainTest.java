package dev.stepcache.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.s3.ScriptedServer;
import dev.stepcache.s3.ScriptedServer.Asked;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where credentials are found, and in which order. */
class CredentialChainTest extends CredentialCase {
  @Test
  void theEnvironmentComesBeforeFiles() throws IOException {
    profiles("", "[default]\naws_access_key_id=AKIAFILE\naws_secret_access_key=file-secret\n");
    variables.put("AWS_ACCESS_KEY_ID", "AKIAENV");
    variables.put("AWS_SECRET_ACCESS_KEY", "env-secret");
    variables.put("AWS_SESSION_TOKEN", "env-token");

    AwsCredentials credentials = found();
    assertThat(credentials.accessKey()).isEqualTo("AKIAENV");
    assertThat(credentials.secret()).isEqualTo("env-secret");
    assertThat(credentials.token()).hasValue("env-token");
    assertThat(credentials).hasToString("access key AKIAENV of the environment");
  }

  @Test
  void aProfileThatAParamNamesComesBeforeAll() throws IOException {
    variables.put("AWS_ACCESS_KEY_ID", "AKIAENV");
    variables.put("AWS_SECRET_ACCESS_KEY", "env-secret");
    profiles(
        """
        # comment
        [default]
        region = eu-west-1
        [profile ci]
        aws_access_key_id = AKIACONFIG ; not part of it
        s3 =
          addressing_style = path
        aws_secret_access_key = config-secret
        """,
        "[ci]\naws_access_key_id=AKIACI\naws_secret_access_key=ci=secret#1\n");
    named = Optional.of("ci");

    assertThat(found().accessKey()).isEqualTo("AKIACI");
    assertThat(found().secret()).isEqualTo("ci=secret#1");
  }

  @Test
  void aProfileThatIsNotThereIsNamed() {
    named = Optional.of("ci");

    assertThatThrownBy(this::found)
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageContaining("read AWS profile ci: it is not there")
        .hasMessageContaining("correct profile in BLOB_QUERY_PARAMS");
  }

  @Test
  void aFileThatIsNamedMustBeThere() {
    variables.put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());

    assertThatThrownBy(this::found)
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageContaining("read AWS_SHARED_CREDENTIALS_FILE: '" + folder.resolve("none"));
  }

  @Test
  void theUsualFilesMayBeMissing() {
    variables.put("HOME", folder.toString());

    assertThatThrownBy(this::found)
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageContaining("find AWS credentials: there are none");
  }

  @Test
  void aRoleIsTakenAsAnotherProfile() throws IOException {
    profiles(
        """
        [profile ci]
        role_arn = %s
        source_profile = keys
        external_id = x/y
        role_session_name = build
        """
            .formatted(ROLE),
        "[keys]\naws_access_key_id=AKIAKEYS\naws_secret_access_key=keys-secret\n");
    named = Optional.of("ci");
    try (ScriptedServer server = new ScriptedServer(role("AssumeRole", later()))) {
      tokens = server.endpoint();

      AwsCredentials credentials = found();
      assertThat(credentials.accessKey()).isEqualTo("ASIAROLE");
      assertThat(credentials.secret()).isEqualTo("role-secret");
      assertThat(credentials.token()).hasValue("role-token");
      Asked asked = server.asked().getFirst();
      assertThat(asked.header("Authorization"))
          .contains("Credential=AKIAKEYS/")
          .contains("/eu-west-1/sts/aws4_request");
      assertThat(asked.headers().get("Content-type"))
          .containsExactly("application/x-www-form-urlencoded");
      assertThat(asked.body())
          .isEqualTo(
              "Action=AssumeRole&ExternalId=x%2Fy&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole"
                  + "%2Fci&RoleSessionName=build&Version=2011-06-15");
    }
  }

  @Test
  void aRoleThatLeadsBackToItselfIsNamed() throws IOException {
    profiles(
        "[profile a]\nrole_arn=%1$s\nsource_profile=b\n[profile b]\nrole_arn=%1$s\nsource_profile=a"
            .formatted(ROLE),
        "");
    named = Optional.of("a");

    assertThatThrownBy(this::found)
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageContaining("leads back to itself");
  }

  @Test
  void whatIsForPeopleIsRefused() throws IOException {
    profiles("[default]\ncredential_process = /bin/keys --secret\n", "");

    assertThatThrownBy(this::found)
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageContaining("credential_process is for people, or runs a program")
        .hasMessageNotContaining("--secret");
  }
}
