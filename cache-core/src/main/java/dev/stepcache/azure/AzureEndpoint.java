package dev.stepcache.azure;

import dev.stepcache.http.Origin;
import dev.stepcache.http.RedirectPolicy;
import dev.stepcache.objects.EncodedName;
import dev.stepcache.store.StoreException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Where a container is.
 *
 * @param account the storage account, if that is known: some are in the host's name alone
 * @param path before the container's, of an emulator: the account
 */
record AzureEndpoint(Origin origin, String path, String account, String container) {
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String STANDARD = "blob.core.windows.net";

  /**
   * @param insecure whether plain http will do: on this machine it always does
   * @param operation that opens it, for people
   */
  static AzureEndpoint of(
      AzureParameters parameters,
      ConnectionString connection,
      String container,
      boolean insecure,
      String operation)
      throws StoreException {
    String account =
        parameters
            .text(AzureParameters.ACCOUNT)
            .or(connection::account)
            .orElseThrow(() ->
                new StoreException.Rejected(
                    operation
                        + ": no storage account is named; give BLOB_QUERY_PARAMS:"
                        + " ?storage_account=name, or the variable AZURE_STORAGE_ACCOUNT"));
    String text = connection.endpoint().orElseGet(() -> url(parameters, connection, account));
    URI uri =
        RedirectPolicy.parse(text)
            .orElseThrow(() ->
                new StoreException.Rejected(
                    operation + ": account and domain make no http URL of a blob service"));
    Origin origin = Origin.of(uri);
    if (!origin.secure() && !insecure && !THIS_MACHINE.contains(origin.host())) {
      throw new StoreException.Rejected(
          operation + ": plain http to " + origin.host() + " wants INSECURE: true");
    }
    return new AzureEndpoint(origin, uri.getRawPath().replaceFirst("/+$", ""), account, container);
  }

  private static String url(
      AzureParameters parameters, ConnectionString connection, String account) {
    String domain = parameters.text(AzureParameters.DOMAIN).or(connection::domain).orElse(STANDARD);
    String scheme =
        parameters.text(AzureParameters.PROTOCOL).or(connection::protocol).orElse("https") + "://";
    boolean isHere = domain.startsWith("127.0.0.1") || domain.startsWith("localhost");
    if (isHere || parameters.flag(AzureParameters.EMULATOR)) {
      return scheme + domain + "/" + account;
    }
    return scheme + (parameters.flag(AzureParameters.CDN) ? "" : account + ".") + domain;
  }

  /** A blob. */
  URI blob(String name, Optional<String> query) {
    return origin.resolve(
        path
            + "/"
            + EncodedName.of(container)
            + "/"
            + EncodedName.of(name)
            + query.map(given -> "?" + given).orElse(""));
  }

  /** What is in the container. */
  URI blobs(String query) {
    return origin.resolve(path + "/" + EncodedName.of(container) + "?" + query);
  }
}
