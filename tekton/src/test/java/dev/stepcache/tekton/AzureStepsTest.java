package dev.stepcache.tekton;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.azure.AzuriteProgram;
import dev.stepcache.oauth.TokenServer;
import dev.stepcache.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** With Azurite; and the sample whose cache lies in Azure Blob Storage. */
@Tag("program")
@EnabledIf("dev.stepcache.azure.AzuriteProgram#available")
class AzureStepsTest extends StepsOnBuckets {
  private static final String TENANT = "11111111-2222-3333-4444-555555555555";

  private AzuriteProgram server;

  @BeforeEach
  void start() {
    server = AzuriteProgram.open(folder, "caches");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  Map<String, String> environment() {
    return server.environment();
  }

  @Override
  String bucket() {
    return "azblob://caches";
  }

  @Override
  List<String> ofOthers() {
    return List.of("dev.stepcache.gcs.", "dev.stepcache.s3.", "javax.xml.stream.");
  }

  @Override
  String secret() {
    return AzuriteProgram.key();
  }

  @Test
  void theSampleWithWorkloadIdentityMissesSavesAndHits() throws IOException {
    String token = token();
    String answer =
        "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"" + token + "\"}";
    Path podsToken = Files.writeString(folder.resolve("azure-identity-token"), "pods.own.token");
    try (AzuriteProgram azurite = AzuriteProgram.openWithTokens(folder, "my-container");
        TokenServer logins =
            new TokenServer().next(200, answer).next(200, answer).next(200, answer)) {
      String container =
          "?storage_account=" + AzuriteProgram.account() + "&domain=" + azurite.host();
      // As Azure's webhook gives them to a pod with the label.
      Map<String, String> ofTheWebhook =
          Map.of(
              "AZURE_CLIENT_ID", "client",
              "AZURE_TENANT_ID", TENANT,
              "AZURE_FEDERATED_TOKEN_FILE", podsToken.toString(),
              "AZURE_AUTHORITY_HOST", logins.url("/"),
              "PARAM_CA", FakeRegistry.authority(folder).toString());

      String log =
          missSaveAndHit(
              "azure-workload-identity",
              text -> text.replace("?storage_account=myaccount", container),
              ofTheWebhook);

      assertThat(log).doesNotContain(token, "pods.own.token");
      assertThat(logins.asked())
          .hasSize(3)
          .allSatisfy(asked -> {
            assertThat(asked.uri()).isEqualTo("/" + TENANT + "/oauth2/v2.0/token");
            assertThat(asked.form())
                .containsEntry("client_id", "client")
                .containsEntry("client_assertion", "pods.own.token");
          });
    }
  }

  /** One that Azurite takes for Microsoft's. */
  private static String token() {
    long now = Instant.now().getEpochSecond();
    String claims =
        """
        {"aud": "https://storage.azure.com", "iss": "https://sts.windows.net/%s/",
         "iat": %d, "nbf": %d, "exp": %d}
        """
            .formatted(TENANT, now - 60, now - 60, now + 3600);
    return encoded("{\"alg\": \"RS256\", \"typ\": \"JWT\"}") + "." + encoded(claims) + ".c2ln";
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }
}
