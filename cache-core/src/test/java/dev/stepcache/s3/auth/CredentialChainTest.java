package dev.stepcache.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.s3.MotoServer;
import dev.stepcache.s3.ScriptedServer;
import dev.stepcache.s3.ScriptedServer.Answer;
import dev.stepcache.s3.ScriptedServer.Asked;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Where credentials are found, and in which order. */
class CredentialChainTest {
  private static final String ROLE = "arn:aws:iam::123456789012:role/ci";

  @TempDir Path folder;

  private final Map<String, String> variables =
      new TreeMap<>(Map.of("AWS_EC2_METADATA_DISABLED", "true"));
  private Optional<String> named = Optional.empty();
  private String tokens = "http://127.0.0.1:9";
  private boolean insecure = true;

  private CredentialChain chain() throws IOException {
    AwsEnvironment environment = new AwsEnvironment(variables, Optional.empty(), Optional.empty());
    return CredentialChain.of(
        environment,
        Profiles.read(environment.configFile(), environment.credentialsFile()),
        named,
        new SecurityTokens(
            CredentialRequests.far(wire(Limits.STANDARD), retry -> {}, "the token service"),
            URI.create(tokens),
            "eu-west-1",
            insecure),
        CredentialRequests.near(wire(CredentialRequests.NEAR), retry -> {}, "the service"));
  }

  private static Wire wire(Limits limits) {
    return new Wire(Trust.JDK_ROOTS, false, Proxies.NONE, limits);
  }

  private AwsCredentials found() throws IOException {
    try (CredentialChain chain = chain()) {
      return chain.credentials();
    }
  }

  private void profiles(String config, String credentials) throws IOException {
    variables.put(
        "AWS_CONFIG_FILE", Files.writeString(folder.resolve("config"), config).toString());
    variables.put(
        "AWS_SHARED_CREDENTIALS_FILE",
        Files.writeString(folder.resolve("credentials"), credentials).toString());
  }

  private static Answer role(String action, Instant end) {
    return new Answer(
        200,
        Map.of("Content-Type", "text/xml"),
        """
        <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%1$sResult>
          <Credentials><AccessKeyId>ASIAROLE</AccessKeyId>
            <SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>
            <Expiration>%2$s</Expiration></Credentials>
        </%1$sResult></%1$sResponse>\
        """
            .formatted(action, end));
  }

  private static Answer json(Instant end) {
    return new Answer(
        200,
        Map.of(),
        """
        {"Code": "Success", "AccessKeyId": "ASIAPOD", "SecretAccessKey": "pod-secret",
         "Token": "pod-token", "Expiration": "%s"}\
        """
            .formatted(end));
  }

  private static Instant later() {
    return Instant.now().plus(Duration.ofHours(1));
  }

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

  @Test
  @Tag("program")
  @EnabledIf("dev.stepcache.s3.MotoServer#available")
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
