package dev.stepcache.s3.auth;

import dev.stepcache.oauth.FaultyLogin;
import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.registry.FaultyServer;
import dev.stepcache.retry.Exchanges;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The ways to keys of Amazon's. */
public final class AwsLogins {
  private static final String ROLE = "arn:aws:iam::123456789012:role/cache";
  private static final String INSTANCE = "/latest/meta-data/iam/security-credentials/";

  private AwsLogins() {}

  /** All of them. */
  public static Stream<FaultyLogin> all() {
    return Stream.of(
        new FaultyLogin(
            "Amazon's role by a pod's token",
            List.of(new Place("POST", "/")),
            (server, exchanges, folder) -> {
              Path token = Files.writeString(folder.resolve("token"), FaultyServer.SECRET);
              return secret(
                  server,
                  exchanges,
                  folder,
                  Map.of("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(), "AWS_ROLE_ARN", ROLE));
            }),
        new FaultyLogin(
            "Amazon's role of a profile",
            List.of(new Place("POST", "/")),
            (server, exchanges, folder) -> {
              Path config =
                  Files.writeString(
                      folder.resolve("config"),
                      """
                      [default]
                      role_arn = %s
                      source_profile = base
                      [profile base]
                      aws_access_key_id = AKIA
                      aws_secret_access_key = %s
                      """
                          .formatted(ROLE, FaultyServer.SECRET));
              return secret(
                  server, exchanges, folder, Map.of("AWS_CONFIG_FILE", config.toString()));
            }),
        new FaultyLogin(
            "Amazon's keys of a container",
            List.of(new Place("GET", "/v1/credentials")),
            (server, exchanges, folder) ->
                secret(
                    server,
                    exchanges,
                    folder,
                    Map.of(
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                        server + "/v1/credentials",
                        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                        FaultyServer.SECRET))),
        new FaultyLogin(
            "Amazon's keys of a machine",
            List.of(
                new Place("PUT", "/latest/api/token"),
                new Place("GET", INSTANCE),
                new Place("GET", INSTANCE + "role")),
            (server, exchanges, folder) ->
                secret(
                    server,
                    exchanges,
                    folder,
                    Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", server))));
  }

  private static String secret(
      String server, Exchanges exchanges, Path folder, Map<String, String> more)
      throws IOException {
    Map<String, String> variables = new HashMap<>(more);
    variables.put("HOME", folder.toString());
    AwsEnvironment environment = new AwsEnvironment(variables, Optional.empty(), Optional.empty());
    CredentialRequests requests = new CredentialRequests(exchanges, "the service");
    try (CredentialChain chain =
        CredentialChain.of(
            environment,
            Profiles.read(environment.configFile(), environment.credentialsFile()),
            Optional.empty(),
            new SecurityTokens(requests, URI.create(server), "us-east-1", true),
            requests)) {
      return chain.credentials().secret();
    }
  }
}
