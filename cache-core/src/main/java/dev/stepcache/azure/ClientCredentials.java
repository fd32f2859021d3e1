package dev.stepcache.azure;

import dev.stepcache.http.Request;
import dev.stepcache.oauth.AccessToken;
import dev.stepcache.oauth.CredentialFile;
import dev.stepcache.oauth.Form;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.oauth.TokenSource;
import dev.stepcache.oauth.TokenUrl;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An application of Microsoft Entra ID: with a secret, or with the token of a pod's service account
 * that it trusts (workload identity, RFC 7523), which is read anew each time.
 */
final class ClientCredentials implements TokenSource {
  private static final String AUTHORITY = "https://login.microsoftonline.com/";
  private static final String SCOPE = "https://storage.azure.com/.default";
  private static final String ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final URI uri;
  private final String client;
  private final Optional<String> secret;
  private final Optional<CredentialFile> assertion;
  private final TokenService tokens;

  private ClientCredentials(
      URI uri,
      String client,
      Optional<String> secret,
      Optional<CredentialFile> assertion,
      TokenService tokens) {
    this.uri = uri;
    this.client = client;
    this.secret = secret;
    this.assertion = assertion;
    this.tokens = tokens;
  }

  /**
   * @param authority the host of logins; Microsoft's public one if empty
   * @throws IllegalArgumentException if authority and tenant make no URL
   */
  static ClientCredentials ofSecret(
      String authority, String tenant, String client, String secret, TokenService tokens) {
    return new ClientCredentials(
        uri(authority, tenant), client, Optional.of(secret), Optional.empty(), tokens);
  }

  /** The same with a file of a token. */
  static ClientCredentials ofToken(
      String authority, String tenant, String client, CredentialFile token, TokenService tokens) {
    return new ClientCredentials(
        uri(authority, tenant), client, Optional.empty(), Optional.of(token), tokens);
  }

  private static URI uri(String authority, String tenant) {
    String base = authority.isEmpty() ? AUTHORITY : authority.replaceFirst("/*$", "/");
    if (!tenant.matches("[A-Za-z0-9.-]+")) {
      throw new IllegalArgumentException("AZURE_TENANT_ID is no tenant");
    }
    return TokenUrl.of(base + tenant + "/oauth2/v2.0/token", "AZURE_AUTHORITY_HOST");
  }

  @Override
  public AccessToken fetch(String operation) throws IOException {
    Map<String, String> fields = new TreeMap<>();
    fields.put("grant_type", "client_credentials");
    fields.put("client_id", client);
    fields.put("scope", SCOPE);
    secret.ifPresent(text -> fields.put("client_secret", text));
    if (assertion.isPresent()) {
      fields.put("client_assertion_type", ASSERTION);
      fields.put("client_assertion", assertion.get().text(operation));
    }
    return tokens.token(new Request("POST", uri, Map.of(), Form.of(fields)), operation, account());
  }

  @Override
  public String account() {
    return "application " + client;
  }
}
