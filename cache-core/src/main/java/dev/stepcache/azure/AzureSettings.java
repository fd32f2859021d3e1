package dev.stepcache.azure;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.oauth.BearerSigner;
import dev.stepcache.oauth.CredentialFile;
import dev.stepcache.oauth.KeptToken;
import dev.stepcache.oauth.TokenConnections;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.oauth.TokenSource;
import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.Signer;
import dev.stepcache.retry.Exchanges;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a container of Azure's is reached. Credentials are the first of: the storage account's key, a
 * SAS token, a connection string, workload identity, a client secret, the managed identity.
 *
 * @param parameters what stands behind its URL: {@link AzureParameters}
 * @param environment where account and credentials are named; holds secrets
 * @param insecure whether plain http and certificates that nobody believes will do, but where a
 *     token is sent
 * @param retries is told of each request that is sent again
 */
public record AzureSettings(
    Map<String, String> parameters,
    Map<String, String> environment,
    boolean insecure,
    Trust trust,
    Proxies proxies,
    Consumer<Retry> retries) {
  private static final String KEY = "AZURE_STORAGE_KEY";
  private static final String SAS = "AZURE_STORAGE_SAS_TOKEN";
  private static final String TENANT = "AZURE_TENANT_ID";
  private static final String CLIENT = "AZURE_CLIENT_ID";
  private static final String SECRET = "AZURE_CLIENT_SECRET";
  private static final String TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";

  /**
   * Opens a container; nothing is sent to it yet.
   *
   * @throws StoreException if credentials that are named cannot be used, or a parameter is wrong
   */
  public Bucket open(String container) throws StoreException {
    String operation = "open azblob://" + container;
    Optional<String> mistake = AzureParameters.mistake(parameters);
    if (mistake.isPresent()) {
      throw new StoreException.Rejected(operation + ": BLOB_QUERY_PARAMS: " + mistake.get());
    }
    ConnectionString connection = ConnectionString.of(environment);
    AzureEndpoint endpoint =
        AzureEndpoint.of(
            new AzureParameters(parameters, environment),
            connection,
            container,
            insecure,
            operation);
    TokenConnections connections = new TokenConnections(trust, proxies, retries);
    Signer signer;
    try {
      signer = signer(endpoint, connection, operation, connections);
    } catch (IllegalArgumentException e) {
      throw new StoreException.MissingCredentials(operation + ": " + e.getMessage(), null);
    }
    boolean isToken = signer instanceof BearerSigner;
    BucketRequests requests =
        new BucketRequests(
            new Wire(trust, insecure && !isToken, proxies, Limits.STANDARD),
            signer,
            new AzureRefusals(container, InstantSource.system()),
            retries);
    return new AzureContainer(
        endpoint, requests, AzureContainer.Sizes.STANDARD, connections::close);
  }

  private Optional<String> variable(String name) {
    return Optional.of(environment.getOrDefault(name, "")).filter(value -> !value.isEmpty());
  }

  private Signer signer(
      AzureEndpoint endpoint,
      ConnectionString connection,
      String operation,
      TokenConnections connections)
      throws StoreException {
    InstantSource clock = InstantSource.system();
    Optional<String> key = variable(KEY);
    if (key.isPresent()) {
      return SharedKey.of(endpoint.account(), key.get(), clock);
    }
    Optional<String> sas = variable(SAS).or(connection::sharedAccessSignature);
    if (sas.isPresent()) {
      return SharedAccessSignature.of(sas.get());
    }
    if (connection.key().isPresent()) {
      return SharedKey.of(endpoint.account(), connection.key().get(), clock);
    }
    if (!endpoint.origin().secure()) {
      throw new StoreException.Rejected(
          operation + ": no token is sent over plain http: set AZURE_STORAGE_KEY, or use https");
    }
    return new BearerSigner(new KeptToken(account(connections, clock), clock), operation);
  }

  private TokenSource account(TokenConnections connections, InstantSource clock) {
    TokenService tokens = new TokenService(connections.service(), clock);
    Optional<String> client = variable(CLIENT);
    String tenant = environment.getOrDefault(TENANT, "");
    String authority = environment.getOrDefault("AZURE_AUTHORITY_HOST", "");
    Optional<String> secret = variable(SECRET);
    if (secret.isPresent()) {
      return ClientCredentials.ofSecret(authority, tenant, named(client), secret.get(), tokens);
    }
    Optional<String> file = variable(TOKEN_FILE);
    if (file.isPresent()) {
      return ClientCredentials.ofToken(
          authority,
          tenant,
          named(client),
          new CredentialFile(Path.of(file.get()), "the variable " + TOKEN_FILE),
          tokens);
    }
    Exchanges metadata = connections.metadata(ManagedIdentity.hostName(environment));
    return new ManagedIdentity(environment, client, new TokenService(metadata, clock));
  }

  private static String named(Optional<String> client) {
    return client.orElseThrow(
        () -> new IllegalArgumentException("the variable " + CLIENT + " names no application"));
  }

  /** Without what holds secrets. */
  @Override
  public String toString() {
    return "AzureSettings";
  }
}
