package dev.stepcache.azure;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What Azure gives to reach a storage account with: {@code AccountName=...;AccountKey=...}. */
final class ConnectionString {
  private static final String FOR_DEVELOPERS = "UseDevelopmentStorage";

  private final Map<String, String> parts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private ConnectionString() {}

  /** That of the environment. */
  static ConnectionString of(Map<String, String> environment) {
    ConnectionString connection = new ConnectionString();
    String text = environment.getOrDefault("AZURE_STORAGE_CONNECTION_STRING", "");
    for (String part :
        (text.isEmpty() ? environment.getOrDefault("AZURE_STORAGEBLOB_CONNECTIONSTRING", "") : text)
            .split(";", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        connection.parts.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
      }
    }
    if (connection.part(FOR_DEVELOPERS).isPresent()) {
      connection.parts.putAll(Azurite.CONNECTION);
    }
    return connection;
  }

  private Optional<String> part(String name) {
    return Optional.ofNullable(parts.get(name)).filter(value -> !value.isEmpty());
  }

  Optional<String> account() {
    return part("AccountName");
  }

  Optional<String> key() {
    return part("AccountKey");
  }

  Optional<String> sharedAccessSignature() {
    return part("SharedAccessSignature");
  }

  Optional<String> protocol() {
    return part("DefaultEndpointsProtocol");
  }

  Optional<String> endpoint() {
    return part("BlobEndpoint");
  }

  Optional<String> domain() {
    return part("EndpointSuffix").map(suffix -> "blob." + suffix);
  }

  /** Without its key. */
  @Override
  public String toString() {
    return "ConnectionString[" + account().orElse("") + "]";
  }
}
