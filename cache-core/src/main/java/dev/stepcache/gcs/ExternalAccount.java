package dev.stepcache.gcs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.http.Body;
import dev.stepcache.http.RedirectPolicy;
import dev.stepcache.http.Request;
import dev.stepcache.oauth.AccessToken;
import dev.stepcache.oauth.CredentialFile;
import dev.stepcache.oauth.Form;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.oauth.TokenSource;
import dev.stepcache.oauth.TokenUrl;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An account of somebody else, that Google trusts (workload identity federation): a token of theirs
 * in a file or at a URL, which the security token service changes for one of Google's (RFC 8693).
 */
final class ExternalAccount implements TokenSource {
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  /** What the exchange is asked for, where the token is then changed for a service account's. */
  private static final String TO_IMPERSONATE = "https://www.googleapis.com/auth/cloud-platform";

  private final String audience;
  private final String subjectTokenType;
  private final URI tokenUrl;
  private final JsonNode source;
  private final String scope;
  private final TokenService tokens;

  private ExternalAccount(ObjectNode document, String scope, TokenService tokens) {
    this.audience = document.path("audience").asText("");
    this.subjectTokenType = document.path("subject_token_type").asText("");
    this.tokenUrl = TokenUrl.of(document.path("token_url").asText(""), "its token_url");
    this.source = document.path("credential_source");
    this.scope = scope;
    this.tokens = tokens;
  }

  /**
   * Reads what {@code gcloud iam workload-identity-pools create-cred-config} writes.
   *
   * @throws IllegalArgumentException that says what is wrong, or does not work here
   */
  static TokenSource of(ObjectNode document, TokenService tokens) {
    String impersonation = document.path("service_account_impersonation_url").asText("");
    ExternalAccount account =
        new ExternalAccount(
            document, impersonation.isEmpty() ? GoogleAccount.SCOPE : TO_IMPERSONATE, tokens);
    if (account.audience.isEmpty() || account.subjectTokenType.isEmpty()) {
      throw new IllegalArgumentException("it has no audience or no subject_token_type");
    }
    for (String unknown : new String[] {"environment_id", "executable", "certificate"}) {
      if (account.source.has(unknown)) {
        throw new IllegalArgumentException(
            "its credential_source has '"
                + unknown
                + "', which does not work here: a file or a url does");
      }
    }
    if (!account.source.has("file") && !account.source.has("url")) {
      throw new IllegalArgumentException("its credential_source has no file and no url");
    }
    return impersonation.isEmpty() ? account : Impersonation.of(account, impersonation, tokens);
  }

  @Override
  public AccessToken fetch(String operation) throws IOException {
    Map<String, String> fields = new TreeMap<>();
    fields.put("grant_type", EXCHANGE);
    fields.put("audience", audience);
    fields.put("scope", scope);
    fields.put("requested_token_type", ACCESS_TOKEN);
    fields.put("subject_token_type", subjectTokenType);
    fields.put("subject_token", subjectToken(operation));
    return tokens.token(
        new Request("POST", tokenUrl, Map.of(), Form.of(fields)), operation, account());
  }

  private String subjectToken(String operation) throws IOException {
    String where;
    byte[] bytes;
    if (source.has("file")) {
      CredentialFile file =
          new CredentialFile(
              Path.of(source.path("file").asText("")), "the credential_source of the account");
      where = file.path().toString();
      bytes = file.bytes(operation);
    } else {
      URI uri =
          RedirectPolicy.parse(source.path("url").asText(""))
              .orElseThrow(() ->
                  new StoreException.MissingCredentials(
                      operation + ": the url of the credential_source is no http URL", null));
      Map<String, String> headers = new TreeMap<>();
      source
          .path("headers")
          .properties()
          .forEach(header -> headers.put(header.getKey(), header.getValue().asText("")));
      where = RedirectPolicy.shown(uri);
      bytes = tokens.bytes(new Request("GET", uri, headers, Body.NONE), operation, account());
    }
    return field(bytes)
        .filter(token -> !token.isEmpty())
        .orElseThrow(() ->
            new StoreException.MissingCredentials(
                operation + ": " + where + " has no token as its format says", null));
  }

  private Optional<String> field(byte[] bytes) {
    JsonNode format = source.path("format");
    if (!format.path("type").asText("text").equals("json")) {
      return Optional.of(new String(bytes, StandardCharsets.UTF_8).strip());
    }
    try {
      return Optional.of(
          Json.object(bytes, "token")
              .path(format.path("subject_token_field_name").asText(""))
              .asText(""));
    } catch (MalformedDocumentException e) {
      // The parser's message quotes what it read.
      return Optional.empty();
    }
  }

  @Override
  public String account() {
    return "an external account of " + audience;
  }
}
