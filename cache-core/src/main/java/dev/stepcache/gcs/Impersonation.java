package dev.stepcache.gcs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.http.Body;
import dev.stepcache.http.RedirectPolicy;
import dev.stepcache.http.Request;
import dev.stepcache.oauth.AccessToken;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.oauth.TokenSource;
import dev.stepcache.oauth.TokenUrl;
import dev.stepcache.oci.Json;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service account that another account may speak for (IAM Credentials, generateAccessToken). */
final class Impersonation implements TokenSource {
  private static final Pattern ACCOUNT = Pattern.compile("/serviceAccounts/([^/:]+):");

  private final TokenSource speaker;
  private final URI uri;
  private final TokenService tokens;

  private Impersonation(TokenSource speaker, URI uri, TokenService tokens) {
    this.speaker = speaker;
    this.uri = uri;
    this.tokens = tokens;
  }

  /**
   * @param url as credentials name it
   * @throws IllegalArgumentException if it is none
   */
  static Impersonation of(TokenSource speaker, String url, TokenService tokens) {
    URI uri = TokenUrl.of(url, "its service_account_impersonation_url");
    return new Impersonation(speaker, uri, tokens);
  }

  @Override
  public AccessToken fetch(String operation) throws IOException {
    ObjectNode body = Json.newObject();
    body.putArray("scope").add(GoogleAccount.SCOPE);
    body.put("lifetime", "3600s");
    Request request =
        new Request(
            "POST",
            uri,
            Map.of("Authorization", "Bearer " + speaker.fetch(operation).value()),
            new Body.Bytes("application/json", Json.bytes(body)));
    ObjectNode answer = tokens.document(request, operation, speaker.account());
    AccessToken token = tokens.tokenIn(answer, "accessToken", request, operation);
    try {
      return new AccessToken(token.value(), Instant.parse(answer.path("expireTime").asText("")));
    } catch (DateTimeParseException e) {
      throw new StoreException.Rejected(
          operation
              + ": token service "
              + RedirectPolicy.shown(uri)
              + " does not say when it ends");
    }
  }

  @Override
  public String account() {
    Matcher account = ACCOUNT.matcher(uri.getPath());
    return account.find() ? "service account " + account.group(1) : "a service account";
  }
}
