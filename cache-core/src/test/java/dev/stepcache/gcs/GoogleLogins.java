package dev.stepcache.gcs;

import dev.stepcache.oauth.FaultyLogin;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.registry.FaultyServer;
import dev.stepcache.retry.Exchanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The ways to a token of Google's, but that of a person, which leads to Google alone. */
public final class GoogleLogins {
  private static final String KEY = pem();

  private GoogleLogins() {}

  private static String pem() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      PrivateKey key = generator.generateKeyPair().getPrivate();
      return "-----BEGIN PRIVATE KEY-----"
          + Base64.getEncoder().encodeToString(key.getEncoded())
          + "-----END PRIVATE KEY-----";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All of them. */
  public static Stream<FaultyLogin> all() {
    return Stream.of(
        new FaultyLogin(
            "Google's key of a service account",
            List.of(new Place("POST", "/token")),
            (server, exchanges, folder) ->
                ofFile(
                    """
                    {"type": "service_account", "client_email": "a@b.iam", "private_key": "%s",
                     "token_uri": "%s/token"}
                    """
                        .formatted(KEY, server),
                    exchanges,
                    folder)),
        new FaultyLogin(
            "Google's workload identity federation",
            List.of(
                new Place("GET", "/subject"),
                new Place("POST", "/exchange/token"),
                new Place("POST", "/impersonate")),
            (server, exchanges, folder) ->
                ofFile(
                    """
                    {"type": "external_account", "audience": "//iam.googleapis.com/p",
                     "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                     "token_url": "%1$s/exchange/token",
                     "service_account_impersonation_url": "%1$s/impersonate",
                     "credential_source": {"url": "%1$s/subject", "headers": {"X": "%2$s"}}}
                    """
                        .formatted(server, FaultyServer.SECRET),
                    exchanges,
                    folder)),
        new FaultyLogin(
            "Google's metadata server",
            List.of(new Place("GET", "/computeMetadata/")),
            (server, exchanges, folder) ->
                account(
                    Optional.empty(),
                    Map.of(
                        "GCE_METADATA_HOST",
                        server.replaceFirst("https?://", ""),
                        "HOME",
                        folder.toString()),
                    exchanges)));
  }

  private static String ofFile(String credentials, Exchanges exchanges, Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("credentials.json"), credentials);
    return account(Optional.of(file), Map.of(), exchanges);
  }

  private static String account(
      Optional<Path> file, Map<String, String> environment, Exchanges exchanges)
      throws IOException {
    TokenService tokens = new TokenService(exchanges, InstantSource.system());
    return new GoogleAccount(
            file, environment, Optional.empty(), tokens, tokens, InstantSource.system())
        .find("log in to gs://bucket")
        .fetch("log in to gs://bucket")
        .value();
  }
}
