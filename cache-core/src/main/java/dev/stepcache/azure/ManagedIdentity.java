package dev.stepcache.azure;

import dev.stepcache.http.Body;
import dev.stepcache.http.Request;
import dev.stepcache.oauth.AccessToken;
import dev.stepcache.oauth.Form;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.oauth.TokenSource;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The identity of the virtual machine, as its metadata service knows it (IMDS). */
final class ManagedIdentity implements TokenSource {
  /** Names its host, as Azure's own clients have it. */
  private static final String HOST = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

  private static final String STANDARD = "http://169.254.169.254";

  private final URI uri;
  private final Optional<String> client;
  private final TokenService tokens;

  /**
   * @param client of several identities, the one to use
   */
  ManagedIdentity(Map<String, String> environment, Optional<String> client, TokenService tokens) {
    Map<String, String> query = new TreeMap<>();
    query.put("api-version", "2018-02-01");
    query.put("resource", "https://storage.azure.com/");
    client.ifPresent(id -> query.put("client_id", id));
    this.uri =
        URI.create(host(environment) + "/metadata/identity/oauth2/token?" + Form.query(query));
    this.client = client;
    this.tokens = tokens;
  }

  private static String host(Map<String, String> environment) {
    String host = environment.getOrDefault(HOST, "");
    return host.isEmpty() ? STANDARD : host.replaceFirst("/+$", "");
  }

  /** Its host, without a port. */
  static String hostName(Map<String, String> environment) {
    return host(environment).replaceFirst("^https?://", "").replaceFirst("(:[0-9]+)?(/.*)?$", "");
  }

  @Override
  public AccessToken fetch(String operation) throws IOException {
    Request request = new Request("GET", uri, Map.of("Metadata", "true"), Body.NONE);
    try {
      return tokens.token(request, operation, account());
    } catch (StoreException.Unreachable e) {
      throw new StoreException.MissingCredentials(
          operation
              + ": no credentials of Azure: none of AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN,"
              + " AZURE_STORAGE_CONNECTION_STRING, AZURE_FEDERATED_TOKEN_FILE and"
              + " AZURE_CLIENT_SECRET is set, and no metadata service answers ("
              + e.getMessage()
              + "); label the pod for workload identity, or set one of them",
          e);
    }
  }

  @Override
  public String account() {
    return "the managed identity" + client.map(id -> " " + id).orElse("");
  }
}
