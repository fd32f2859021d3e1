package dev.stepcache.gcs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.http.Request;
import dev.stepcache.oauth.AccessToken;
import dev.stepcache.oauth.Form;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.oauth.TokenSource;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/** The login of a person, as {@code gcloud auth application-default login} leaves it. */
final class RefreshToken implements TokenSource {
  private static final URI TOKENS = URI.create("https://oauth2.googleapis.com/token");

  private final Map<String, String> fields = new TreeMap<>();
  private final TokenService tokens;

  private RefreshToken(TokenService tokens) {
    this.tokens = tokens;
  }

  /**
   * @throws IllegalArgumentException that says what is wrong, and quotes no secret
   */
  static RefreshToken of(ObjectNode document, TokenService tokens) {
    RefreshToken token = new RefreshToken(tokens);
    token.fields.put("grant_type", "refresh_token");
    for (String field : new String[] {"client_id", "client_secret", "refresh_token"}) {
      String value = document.path(field).asText("");
      if (value.isEmpty()) {
        throw new IllegalArgumentException("it has no " + field);
      }
      token.fields.put(field, value);
    }
    return token;
  }

  @Override
  public AccessToken fetch(String operation) throws IOException {
    return tokens.token(
        new Request("POST", TOKENS, Map.of(), Form.of(fields)), operation, account());
  }

  @Override
  public String account() {
    return "the person that gcloud has logged in";
  }
}
