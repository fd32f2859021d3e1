package dev.stepcache.gcs;

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

/**
 * The account of the machine, or of the pod where a cluster of Google's has workload identity: the
 * metadata server gives its tokens to whoever asks from there.
 */
final class MetadataServer implements TokenSource {
  /** Names its host, as Google's own clients have it. */
  private static final String HOST = "GCE_METADATA_HOST";

  private static final String STANDARD = "metadata.google.internal";

  private final URI uri;
  private final TokenService tokens;

  /**
   * @param environment may name another host
   */
  MetadataServer(Map<String, String> environment, TokenService tokens) {
    this.uri =
        URI.create(
            "http://"
                + host(environment)
                + "/computeMetadata/v1/instance/service-accounts/default/token?"
                + Form.query(Map.of("scopes", GoogleAccount.SCOPE)));
    this.tokens = tokens;
  }

  private static String host(Map<String, String> environment) {
    String host = environment.getOrDefault(HOST, "");
    return host.isEmpty() ? STANDARD : host;
  }

  /** Its host, without a port. */
  static String hostName(Map<String, String> environment) {
    return host(environment).replaceFirst(":[0-9]+$", "");
  }

  @Override
  public AccessToken fetch(String operation) throws IOException {
    Request request = new Request("GET", uri, Map.of("Metadata-Flavor", "Google"), Body.NONE);
    try {
      return tokens.token(request, operation, account());
    } catch (StoreException.Unreachable e) {
      throw new StoreException.MissingCredentials(
          operation
              + ": no account of Google's: GOOGLE_APPLICATION_CREDENTIALS names no file, and no"
              + " metadata server answers ("
              + e.getMessage()
              + "); bind the service account of the TaskRun to one of Google's (workload"
              + " identity), or name a file",
          e);
    }
  }

  @Override
  public String account() {
    return "the account of the metadata server";
  }
}
