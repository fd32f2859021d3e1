package dev.stepcache.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auth.oauth2.GoogleCredentials;
import dev.stepcache.oauth.TokenServer;
import dev.stepcache.oauth.TokenSource;
import dev.stepcache.oci.Json;
import dev.stepcache.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an account's tokens are asked for: as Google's own library does. */
class GoogleAccountTest {
  private static final String WHAT = "log in to gs://bucket";
  private static final String EMAIL = "cache@project.iam.gserviceaccount.com";

  private static KeyPair pair;

  private final TokenServer server = new TokenServer();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir Path folder;

  @BeforeAll
  static void makeAKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    pair = generator.generateKeyPair();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String pem() {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(pair.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  private String key() {
    ObjectNode key = Json.newObject();
    key.put("type", "service_account");
    key.put("client_id", "1");
    key.put("client_email", EMAIL);
    key.put("private_key_id", "key1");
    key.put("private_key", pem());
    key.put("token_uri", server.url("/token"));
    return new String(Json.bytes(key), StandardCharsets.UTF_8);
  }

  private TokenSource account(String credentials) throws IOException {
    Path file = folder.resolve("credentials.json");
    Files.writeString(file, credentials);
    return find(Optional.of(file));
  }

  private TokenSource find(Optional<Path> named) throws StoreException {
    InstantSource clock = InstantSource.system();
    return new GoogleAccount(
            named,
            environment,
            Optional.empty(),
            TokenServer.service(clock),
            TokenServer.service(clock),
            clock)
        .find(WHAT);
  }

  private static void fetchByGooglesLibrary(String credentials) throws IOException {
    GoogleCredentials.fromStream(
            new ByteArrayInputStream(credentials.getBytes(StandardCharsets.UTF_8)))
        .createScoped(GoogleAccount.SCOPE)
        .refreshAccessToken();
  }

  private static ObjectNode part(String jwt, int part) throws IOException {
    return Json.object(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[part]), "part");
  }

  private static boolean isSigned(String jwt) throws GeneralSecurityException {
    int dot = jwt.lastIndexOf('.');
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(pair.getPublic());
    signature.update(jwt.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
    return signature.verify(Base64.getUrlDecoder().decode(jwt.substring(dot + 1)));
  }

  @Test
  void aKeyAsksAsGooglesOwnLibraryDoes() throws Exception {
    assertThat(account(key()).fetch(WHAT).value()).isEqualTo("ya29.secret");
    fetchByGooglesLibrary(key());
    Map<String, String> ours = server.asked().getFirst().form();
    Map<String, String> theirs = server.asked().getLast().form();
    assertThat(ours.keySet()).isEqualTo(theirs.keySet());
    assertThat(ours.get("grant_type")).isEqualTo(theirs.get("grant_type"));
    String assertion = ours.getOrDefault("assertion", "");
    String other = theirs.getOrDefault("assertion", "");
    assertThat(isSigned(assertion)).isTrue();
    assertThat(isSigned(other)).isTrue();
    assertThat(part(assertion, 0)).isEqualTo(part(other, 0));
    ObjectNode claims = part(assertion, 1);
    ObjectNode others = part(other, 1);
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong())
        .isEqualTo(others.path("exp").asLong() - others.path("iat").asLong());
    for (String time : List.of("iat", "exp")) {
      claims.remove(time);
      others.remove(time);
    }
    // Theirs names Google's own address whatever the key says.
    assertThat(claims.remove("aud").asText()).isEqualTo(server.url("/token"));
    assertThat(others.remove("aud").asText()).isEqualTo("https://oauth2.googleapis.com/token");
    assertThat(claims).isEqualTo(others);
  }

  @Test
  void inAnotherUniverseTheSignedAssertionIsTheToken() throws Exception {
    String token =
        account(key().replace("{\"type\"", "{\"universe_domain\":\"cloud.example\",\"type\""))
            .fetch(WHAT)
            .value();
    assertThat(isSigned(token)).isTrue();
    assertThat(part(token, 1).path("sub").asText()).isEqualTo(EMAIL);
    assertThat(part(token, 1).path("scope").asText()).isEqualTo(GoogleAccount.SCOPE);
    assertThat(server.asked()).isEmpty();
  }

  private String external(String source, String more) {
    return """
    {"type": "external_account",
     "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k",
     "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
     "token_url": "%s",
     %s
     "credential_source": %s}
    """
        .formatted(server.url("/v1/token"), more, source);
  }

  @Test
  void anExternalAccountChangesATokenInAFileAsGooglesOwnLibraryDoes() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "header.claims.signature");
    String answer =
        "{\"access_token\":\"t\",\"issued_token_type\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":3600}";
    server.next(200, answer);
    String credentials = external("{\"file\": \"" + token + "\"}", "");
    assertThat(account(credentials).fetch(WHAT).value()).isEqualTo("t");
    assertThat(server.asked().getFirst().form())
        .isEqualTo(
            GooglesExchange.form(
                credentials.replace(server.url("/v1/token"), "https://sts.googleapis.com/v1/token"),
                GoogleAccount.SCOPE,
                answer));
    assertThat(server.asked().getFirst().form())
        .containsEntry("subject_token", "header.claims.signature");
  }

  @Test
  void aTokenAtAUrlMayBeAFieldAndIsChangedForAServiceAccount() throws IOException {
    server
        .next(200, "{\"value\":\"subject\"}")
        .next(200, TokenServer.TOKEN)
        .next(200, "{\"accessToken\":\"theirs\",\"expireTime\":\"2100-01-01T00:00:00Z\"}");
    String credentials =
        external(
            "{\"url\": \""
                + server.url("/identity")
                + "\", \"headers\": {\"X-Asks\": \"yes\"},"
                + "\"format\": {\"type\": \"json\", \"subject_token_field_name\": \"value\"}}",
            "\"service_account_impersonation_url\": \""
                + server.url("/v1/projects/-/serviceAccounts/" + EMAIL + ":generateAccessToken")
                + "\",");
    TokenSource account = account(credentials);
    assertThat(account.fetch(WHAT).value()).isEqualTo("theirs");
    assertThat(account.account()).isEqualTo("service account " + EMAIL);
    assertThat(server.asked().getFirst().headers()).containsEntry("X-Asks", "yes");
    assertThat(server.asked().get(1).form()).containsEntry("subject_token", "subject");
    TokenServer.Asked last = server.asked().getLast();
    assertThat(last.headers()).containsEntry("Authorization", "Bearer ya29.secret");
    assertThat(last.body()).contains("devstorage.read_write");
  }

  @Test
  void withoutAFileTheMetadataServerIsAsked() throws IOException {
    environment.put("GCE_METADATA_HOST", server.host());
    assertThat(find(Optional.empty()).fetch(WHAT).value()).isEqualTo("ya29.secret");
    TokenServer.Asked asked = server.asked().getFirst();
    assertThat(asked.uri())
        .startsWith("/computeMetadata/v1/instance/service-accounts/default/token?scopes=");
    assertThat(asked.headers()).containsEntry("Metadata-Flavor", "Google");
  }

  @Test
  void whereNobodyAnswersEachPlaceIsNamedWithTheCure() throws IOException {
    environment.put("GCE_METADATA_HOST", server.host());
    server.close();
    TokenSource nobody = find(Optional.empty());
    assertThatThrownBy(() -> nobody.fetch(WHAT))
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageStartingWith(WHAT)
        .hasMessageContaining("GOOGLE_APPLICATION_CREDENTIALS")
        .hasMessageContaining("workload identity");
  }

  @Test
  void theVariableNamesAFileToo() throws IOException {
    environment.put(
        "GOOGLE_APPLICATION_CREDENTIALS",
        Files.writeString(folder.resolve("key.json"), key()).toString());
    assertThat(find(Optional.empty()).account()).isEqualTo("service account " + EMAIL);
  }

  @Test
  void whatGcloudLeftIsFoundAsAPersonsLogin() throws IOException {
    Path gcloud = Files.createDirectories(folder.resolve(".config/gcloud"));
    Files.writeString(
        gcloud.resolve("application_default_credentials.json"),
        """
        {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
        """);
    environment.put("HOME", folder.toString());
    assertThat(find(Optional.empty()).account()).isEqualTo("the person that gcloud has logged in");
  }

  @Test
  void aFileThatCannotBeUsedIsNamedWithItsParamAndNoSecret() {
    Map<String, String> wrong = new TreeMap<>();
    wrong.put("", "no JSON");
    wrong.put("secret", "no JSON");
    wrong.put("{}", "no type");
    wrong.put("{\"type\":\"secret\"}", "type is not known");
    wrong.put("{\"type\":\"service_account\",\"private_key\":\"secret\"}", "no client_email");
    wrong.put(
        "{\"type\":\"service_account\",\"client_email\":\"a\",\"private_key\":\"secret!\"}",
        "private_key is no RSA key");
    wrong.put(external("{\"executable\": {\"command\": \"secret\"}}", ""), "'executable'");
    wrong.put(external("{\"environment_id\": \"aws1\"}", ""), "'environment_id'");
    wrong.forEach((content, why) ->
        assertThatThrownBy(() -> account(content))
            .as(content)
            .isInstanceOf(StoreException.MissingCredentials.class)
            .hasMessageContaining("the param GOOGLE_APPLICATION_CREDENTIALS")
            .hasMessageContaining(why)
            .hasMessageNotContaining("secret"));
    assertThatThrownBy(() -> find(Optional.of(folder.resolve("missing"))))
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageContaining("there is no such file");
  }

  @Test
  void aRefusedKeyIsExplainedWithoutTheAnswersOwnWords() throws IOException {
    server.next(
        400,
        "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT: Token must be a short-lived"
            + " token (60 minutes) and in a reasonable timeframe. secret\"}");
    TokenSource account = account(key());
    assertThatThrownBy(() -> account.fetch(WHAT))
        .isInstanceOf(StoreException.Unauthorized.class)
        .hasMessageContaining("invalid_grant")
        .hasMessageContaining("clock")
        .hasMessageContaining(EMAIL)
        .hasMessageNotContaining("secret");
  }

  @Test
  void aBusyTokenServiceIsAskedAgain() throws IOException {
    server.next(503, "later");
    assertThat(account(key()).fetch(WHAT).value()).isEqualTo("ya29.secret");
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void anAnswerWithoutATokenIsRefused() throws IOException {
    for (String answer : List.of("<html>", "{}", "{\"access_token\":\"two\\nlines\"}")) {
      server.next(200, answer);
      TokenSource account = account(key());
      assertThatThrownBy(() -> account.fetch(WHAT)).isInstanceOf(StoreException.Rejected.class);
    }
  }
}
