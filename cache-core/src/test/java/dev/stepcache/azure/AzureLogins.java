package dev.stepcache.azure;

import dev.stepcache.oauth.CredentialFile;
import dev.stepcache.oauth.FaultyLogin;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.registry.FaultyServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The ways to a token of Microsoft's. */
public final class AzureLogins {
  private static final List<Place> TOKEN = List.of(new Place("POST", "/oauth2/v2.0/token"));

  private AzureLogins() {}

  /** All of them. */
  public static Stream<FaultyLogin> all() {
    return Stream.of(
        new FaultyLogin(
            "Azure's client secret",
            TOKEN,
            (server, exchanges, folder) ->
                ClientCredentials.ofSecret(
                        server,
                        "tenant",
                        "client",
                        FaultyServer.SECRET,
                        new TokenService(exchanges, InstantSource.system()))
                    .fetch("open azblob://c")
                    .value()),
        new FaultyLogin(
            "Azure's workload identity",
            TOKEN,
            (server, exchanges, folder) -> {
              Path token = Files.writeString(folder.resolve("token"), FaultyServer.SECRET);
              return ClientCredentials.ofToken(
                      server,
                      "tenant",
                      "client",
                      new CredentialFile(token, "the variable"),
                      new TokenService(exchanges, InstantSource.system()))
                  .fetch("open azblob://c")
                  .value();
            }),
        new FaultyLogin(
            "Azure's managed identity",
            List.of(new Place("GET", "/metadata/identity/")),
            (server, exchanges, folder) ->
                new ManagedIdentity(
                        Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", server),
                        Optional.empty(),
                        new TokenService(exchanges, InstantSource.system()))
                    .fetch("open azblob://c")
                    .value()));
  }
}
