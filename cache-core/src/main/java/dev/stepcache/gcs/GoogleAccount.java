package dev.stepcache.gcs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.oauth.CredentialFile;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.oauth.TokenSource;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the account to use, as Google's own clients do (Application Default Credentials): the file
 * that a param or the environment names, what gcloud has left, the metadata server.
 *
 * @param named the file that a param names
 * @param environment where others are named
 * @param universe the cloud, if it is said
 * @param services whom tokens are asked of
 * @param metadata the same of the metadata server
 */
record GoogleAccount(
    Optional<Path> named,
    Map<String, String> environment,
    Optional<String> universe,
    TokenService services,
    TokenService metadata,
    InstantSource clock) {
  static final String SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";

  private static final String VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";
  private static final String LEFT_BY_GCLOUD = "application_default_credentials.json";

  /**
   * The account; its tokens are not asked for yet.
   *
   * @param operation that it is for, for people
   */
  TokenSource find(String operation) throws StoreException {
    Optional<CredentialFile> file =
        named
            .map(path -> new CredentialFile(path, "the param " + VARIABLE))
            .or(() ->
                variable(VARIABLE)
                    .map(path -> new CredentialFile(Path.of(path), "the variable " + VARIABLE)))
            .or(this::leftByGcloud);
    if (file.isEmpty()) {
      return new MetadataServer(environment, metadata);
    }
    byte[] content = file.get().bytes(operation);
    try {
      return read(Json.object(content, "credentials"));
    } catch (MalformedDocumentException e) {
      // The parser's message quotes what it read: perhaps half a key.
      throw file.get().missing(operation, "it is no JSON", null);
    } catch (IllegalArgumentException e) {
      throw file.get().missing(operation, String.valueOf(e.getMessage()), null);
    }
  }

  private Optional<CredentialFile> leftByGcloud() {
    return variable("CLOUDSDK_CONFIG")
        .map(Path::of)
        .or(() -> variable("HOME").map(home -> Path.of(home, ".config", "gcloud")))
        .map(folder -> folder.resolve(LEFT_BY_GCLOUD))
        .filter(Files::isRegularFile)
        .map(path -> new CredentialFile(path, "gcloud"));
  }

  private Optional<String> variable(String name) {
    return Optional.of(environment.getOrDefault(name, "")).filter(value -> !value.isEmpty());
  }

  private TokenSource read(ObjectNode document) {
    String type = document.path("type").asText("");
    return switch (type) {
      case "service_account" -> ServiceAccountKey.of(document, universe, services, clock);
      case "authorized_user" -> RefreshToken.of(document, services);
      case "external_account" -> ExternalAccount.of(document, services);
      case "impersonated_service_account" ->
          Impersonation.of(
              speaker(document),
              document.path("service_account_impersonation_url").asText(""),
              services);
      default ->
          throw new IllegalArgumentException(
              type.isEmpty()
                  ? "it has no type, and is no credential of Google's"
                  : "its type is not known; wants service_account, external_account,"
                      + " authorized_user or impersonated_service_account");
    };
  }

  private TokenSource speaker(ObjectNode document) {
    if (document.path("source_credentials") instanceof ObjectNode source
        && !source.path("type").asText("").equals("impersonated_service_account")) {
      return read(source);
    }
    throw new IllegalArgumentException("its source_credentials are none");
  }
}
