package dev.stepcache.gcs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.http.Request;
import dev.stepcache.oauth.AccessToken;
import dev.stepcache.oauth.Form;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.oauth.TokenSource;
import dev.stepcache.oauth.TokenUrl;
import dev.stepcache.oci.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The key of a service account, which signs an assertion (RFC 7523) that Google's token service
 * changes for a token. In another universe than Google's own the signed JWT is itself the token.
 */
final class ServiceAccountKey implements TokenSource {
  static final String GOOGLE = "googleapis.com";

  private static final String TOKEN_URI = "https://oauth2.googleapis.com/token";
  private static final Duration LIFE = Duration.ofHours(1);
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final String email;
  private final String keyId;
  private final PrivateKey key;
  private final URI tokenUri;
  private final String universe;
  private final TokenService tokens;
  private final InstantSource clock;

  private ServiceAccountKey(
      String email,
      String keyId,
      PrivateKey key,
      URI tokenUri,
      String universe,
      TokenService tokens,
      InstantSource clock) {
    this.email = email;
    this.keyId = keyId;
    this.key = key;
    this.tokenUri = tokenUri;
    this.universe = universe;
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * Reads a key as the console gives it.
   *
   * @param universe where it is to be used; what the key says if empty
   * @throws IllegalArgumentException that says what is wrong, and quotes no secret
   */
  static ServiceAccountKey of(
      ObjectNode document, Optional<String> universe, TokenService tokens, InstantSource clock) {
    String email = document.path("client_email").asText("");
    if (email.isEmpty()) {
      throw new IllegalArgumentException("it has no client_email");
    }
    URI tokenUri = TokenUrl.of(document.path("token_uri").asText(TOKEN_URI), "its token_uri");
    return new ServiceAccountKey(
        email,
        document.path("private_key_id").asText(""),
        key(document.path("private_key").asText("")),
        tokenUri,
        universe.orElse(document.path("universe_domain").asText(GOOGLE)),
        tokens,
        clock);
  }

  private static PrivateKey key(String pem) {
    String body =
        pem.replaceFirst("^\\s*-----BEGIN PRIVATE KEY-----", "")
            .replaceFirst("-----END PRIVATE KEY-----\\s*$", "")
            .replaceAll("\\s", "");
    try {
      return KeyFactory.getInstance("RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // What was wrong may be quoted.
      throw new IllegalArgumentException("its private_key is no RSA key as PKCS #8 in PEM");
    }
  }

  @Override
  public AccessToken fetch(String operation) throws IOException {
    Instant now = clock.instant();
    if (!universe.equals(GOOGLE)) {
      return new AccessToken(selfSigned(now), now.plus(LIFE));
    }
    Map<String, String> fields = new TreeMap<>();
    fields.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    fields.put("assertion", assertion(now));
    return tokens.token(
        new Request("POST", tokenUri, Map.of(), Form.of(fields)), operation, account());
  }

  /** What the token service takes. */
  String assertion(Instant now) {
    ObjectNode claims = claims(now);
    claims.put("aud", tokenUri.toString());
    claims.put("scope", GoogleAccount.SCOPE);
    return signed(claims);
  }

  private String selfSigned(Instant now) {
    ObjectNode claims = claims(now);
    claims.put("sub", email);
    claims.put("scope", GoogleAccount.SCOPE);
    return signed(claims);
  }

  private ObjectNode claims(Instant now) {
    ObjectNode claims = Json.newObject();
    claims.put("iss", email);
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(LIFE).getEpochSecond());
    return claims;
  }

  private String signed(ObjectNode claims) {
    ObjectNode header = Json.newObject();
    header.put("alg", "RS256");
    header.put("typ", "JWT");
    if (!keyId.isEmpty()) {
      header.put("kid", keyId);
    }
    String text =
        BASE64.encodeToString(Json.bytes(header)) + "." + BASE64.encodeToString(Json.bytes(claims));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK signs by RSA", e);
    }
  }

  @Override
  public String account() {
    return "service account " + email;
  }
}
