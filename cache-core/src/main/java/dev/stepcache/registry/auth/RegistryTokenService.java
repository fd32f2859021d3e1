package dev.stepcache.registry.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.credentials.Login;
import dev.stepcache.http.Body;
import dev.stepcache.http.Origin;
import dev.stepcache.http.RedirectPolicy;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.WireException;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.retry.Attempts;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The service that a Bearer challenge names, which changes a login for a token (distribution
 * specification, token authentication). It may be another host, but never an http one for a
 * registry over https, nor a link-local one.
 */
public final class RegistryTokenService {
  private static final int LARGEST = 1 << 18;
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  private final Duration patience;

  /**
   * Knows no service yet: a challenge names it.
   *
   * @param patience for one request of a token, with all its retries
   */
  public RegistryTokenService(Duration patience) {
    this.patience = patience;
  }

  /**
   * @param attempts of whose requests this is one
   * @param scopes of which each is a field of its own; a refresh has them in one
   */
  String token(
      Challenge challenge, List<String> scopes, Login login, Origin registry, Attempts attempts)
      throws IOException {
    URI realm = realm(challenge, registry);
    Map<String, String> fields = new LinkedHashMap<>();
    challenge.parameter("service").ifPresent(service -> fields.put("service", service));
    Request request =
        switch (login) {
          case Login.IdentityToken identity -> refresh(realm, fields, scopes, identity);
          case Login.Basic basic ->
              get(realm, fields, scopes).with("Authorization", BasicScheme.header(basic));
          case Login.Anonymous nobody -> get(realm, fields, scopes);
          case Login.RegistryToken token -> get(realm, fields, scopes);
          case Login.ServiceAccount account -> get(realm, fields, scopes);
        };
    try (Response response = attempts.send(request, patience)) {
      return read(response, realm, login);
    }
  }

  private static URI realm(Challenge challenge, Origin registry) throws WireException {
    String text = challenge.parameter("realm").orElse("");
    URI realm =
        RedirectPolicy.parse(text)
            .orElseThrow(() -> WireException.misled("its token service has no http URL"));
    Optional<String> violation = RedirectPolicy.violation(registry, realm);
    if (violation.isPresent()) {
      throw WireException.misled(
          "its token service " + RedirectPolicy.shown(realm) + " " + violation.get());
    }
    return realm;
  }

  private static Request get(URI realm, Map<String, String> fields, List<String> scopes) {
    String separator = realm.getRawQuery() == null ? "?" : "&";
    String all =
        Stream.concat(
                Stream.of(form(fields)).filter(form -> !form.isEmpty()),
                scopes.stream().map(scope -> field("scope", scope)))
            .collect(Collectors.joining("&"));
    return new Request("GET", URI.create(realm + separator + all), Map.of(), Body.NONE);
  }

  private static Request refresh(
      URI realm, Map<String, String> fields, List<String> scopes, Login.IdentityToken identity) {
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.put("scope", String.join(" ", scopes));
    all.put("grant_type", "refresh_token");
    all.put("client_id", "stepcache");
    all.put("refresh_token", identity.token());
    byte[] body = form(all).getBytes(StandardCharsets.US_ASCII);
    return new Request(
        "POST", realm, Map.of(), new Body.Bytes("application/x-www-form-urlencoded", body));
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field(field.getKey(), field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String field(String name, String value) {
    return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static String read(Response response, URI realm, Login login) throws IOException {
    String where = "token service " + RedirectPolicy.shown(realm);
    int status = response.status();
    if (status == 401 || status == 403 || status == 400) {
      throw new StoreException.Unauthorized(
          "log in as " + login.account() + ": " + where + " answered " + status);
    }
    if (status == 408 || status == 429 || status >= 500) {
      throw WireException.busy(where + " answered " + status, response.retryAfter());
    }
    if (status != 200) {
      throw new StoreException.Rejected(
          "log in as " + login.account() + ": " + where + " answered " + status);
    }
    ObjectNode document;
    try {
      document = Json.object(response.bytes(LARGEST), "token");
    } catch (MalformedDocumentException e) {
      // The parser's message quotes what it read: perhaps half a token.
      throw new StoreException.Rejected(
          "log in as " + login.account() + ": " + where + " answered no JSON");
    }
    String token = document.path("token").asText("");
    token = token.isEmpty() ? document.path("access_token").asText("") : token;
    if (!TOKEN.matcher(token).matches()) {
      throw new StoreException.Rejected(
          "log in as " + login.account() + ": " + where + " answered without a token");
    }
    return token;
  }
}
