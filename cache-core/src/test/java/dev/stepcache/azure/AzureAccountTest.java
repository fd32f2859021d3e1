package dev.stepcache.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.HttpRequest;
import com.microsoft.aad.msal4j.HttpResponse;
import com.microsoft.aad.msal4j.IClientCredential;
import dev.stepcache.oauth.CredentialFile;
import dev.stepcache.oauth.TokenServer;
import dev.stepcache.oauth.TokenSource;
import dev.stepcache.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How tokens of Microsoft's are asked for: as its own library does. */
class AzureAccountTest {
  private static final String WHAT = "open azblob://container";
  private static final String TENANT = "11111111-2222-3333-4444-555555555555";

  private final TokenServer server = new TokenServer();
  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  /** What msal4j sends, without what it tells of itself. */
  private static Map<String, String> sentByMicrosoftsLibrary(IClientCredential credential)
      throws Exception {
    AtomicReference<HttpRequest> sent = new AtomicReference<>();
    ConfidentialClientApplication.builder("client", credential)
        .authority("https://login.microsoftonline.com/" + TENANT + "/")
        .instanceDiscovery(false)
        .httpClient(request -> {
          sent.set(request);
          HttpResponse answer = new HttpResponse().statusCode(200).body(TokenServer.TOKEN);
          answer.addHeaders(Map.of("Content-Type", List.of("application/json")));
          return answer;
        })
        .build()
        .acquireToken(
            ClientCredentialParameters.builder(Set.of("https://storage.azure.com/.default"))
                .build())
        .get();
    HttpRequest request = sent.get();
    assertThat(request.url().getPath()).isEqualTo("/" + TENANT + "/oauth2/v2.0/token");
    Map<String, String> form =
        new TreeMap<>(new TokenServer.Asked("POST", "", Map.of(), request.body()).form());
    // It asks for a person's as well, whom there is none of.
    form.computeIfPresent(
        "scope", (_, scope) -> scope.replace(" openid profile offline_access", ""));
    form.keySet().removeIf(name -> name.startsWith("x-") || name.equals("client_info"));
    return form;
  }

  @Test
  void aSecretIsSentAsMicrosoftsOwnLibraryDoes() throws Exception {
    TokenSource account =
        ClientCredentials.ofSecret(
            server.url(""),
            TENANT,
            "client",
            "se&cret",
            TokenServer.service(InstantSource.system()));
    assertThat(account.fetch(WHAT).value()).isEqualTo("ya29.secret");
    TokenServer.Asked asked = server.asked().getFirst();
    assertThat(asked.uri()).isEqualTo("/" + TENANT + "/oauth2/v2.0/token");
    assertThat(asked.form())
        .isEqualTo(sentByMicrosoftsLibrary(ClientCredentialFactory.createFromSecret("se&cret")));
  }

  @Test
  void aPodsTokenIsReadAnewAndSentAsMicrosoftsOwnLibraryDoes() throws Exception {
    Path token = folder.resolve("token");
    TokenSource account =
        ClientCredentials.ofToken(
            server.url("/"),
            TENANT,
            "client",
            new CredentialFile(token, "the variable AZURE_FEDERATED_TOKEN_FILE"),
            TokenServer.service(InstantSource.system()));
    Files.writeString(token, "first\n");
    account.fetch(WHAT);
    Files.writeString(token, "second\n");
    account.fetch(WHAT);
    assertThat(server.asked().getFirst().form())
        .isEqualTo(
            sentByMicrosoftsLibrary(ClientCredentialFactory.createFromClientAssertion("first")));
    assertThat(server.asked().getLast().form()).containsEntry("client_assertion", "second");
    Files.delete(token);
    assertThatThrownBy(() -> account.fetch(WHAT))
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageContaining("AZURE_FEDERATED_TOKEN_FILE");
  }

  @Test
  void aManagedIdentityIsAskedOfTheMetadataService() throws Exception {
    server.next(200, "{\"access_token\":\"mine\",\"expires_in\":\"86399\"}");
    TokenSource account =
        new ManagedIdentity(
            Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.url("")),
            Optional.of("client"),
            TokenServer.service(InstantSource.system()));
    assertThat(account.fetch(WHAT).value()).isEqualTo("mine");
    TokenServer.Asked asked = server.asked().getFirst();
    assertThat(asked.uri())
        .isEqualTo(
            "/metadata/identity/oauth2/token?api-version=2018-02-01&client_id=client"
                + "&resource=https%3A%2F%2Fstorage.azure.com%2F");
    assertThat(asked.headers()).containsEntry("Metadata", "true");
  }

  @Test
  void aRefusalIsExplainedByItsNumberAndWithoutItsWords() {
    server.next(
        401,
        "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret"
            + " provided: hush\"}");
    TokenSource account =
        ClientCredentials.ofSecret(
            server.url(""), TENANT, "client", "hush", TokenServer.service(InstantSource.system()));
    assertThatThrownBy(() -> account.fetch(WHAT))
        .isInstanceOf(StoreException.Unauthorized.class)
        .hasMessageStartingWith(WHAT)
        .hasMessageContaining("AADSTS7000215: the client secret is wrong or has ended")
        .hasMessageContaining("application client")
        .hasMessageNotContaining("hush");
  }

  @Test
  void whereNobodyAnswersEachPlaceIsNamedWithTheCure() {
    String host = server.url("");
    server.close();
    TokenSource account =
        new ManagedIdentity(
            Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", host),
            Optional.empty(),
            TokenServer.service(InstantSource.system()));
    assertThatThrownBy(() -> account.fetch(WHAT))
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageContaining("AZURE_STORAGE_KEY")
        .hasMessageContaining("AZURE_FEDERATED_TOKEN_FILE");
  }

  @Test
  void noSecretIsSentOverPlainHttpToAnotherMachine() {
    assertThatThrownBy(() ->
            ClientCredentials.ofSecret(
                "http://login.example/",
                TENANT,
                "client",
                "secret",
                TokenServer.service(InstantSource.system())))
        .hasMessage("AZURE_AUTHORITY_HOST is no https URL");
  }
}
