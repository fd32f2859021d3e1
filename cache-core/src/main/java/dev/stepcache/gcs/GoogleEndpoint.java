package dev.stepcache.gcs;

import dev.stepcache.http.Origin;
import dev.stepcache.http.RedirectPolicy;
import dev.stepcache.objects.EncodedName;
import dev.stepcache.store.StoreException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the API is: at Google, or at an emulator, which no token is sent to.
 *
 * @param isEmulator whether the environment names it
 */
record GoogleEndpoint(Origin origin, boolean isEmulator) {
  /** Names an emulator, as Google's own clients have it: a host with its port, or a URL. */
  static final String EMULATOR = "STORAGE_EMULATOR_HOST";

  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  /**
   * @param universe the cloud's domain
   * @param insecure whether plain http will do: on this machine it always does
   * @param operation that opens it, for people
   */
  static GoogleEndpoint of(
      Map<String, String> environment, String universe, boolean insecure, String operation)
      throws StoreException {
    String emulator = environment.getOrDefault(EMULATOR, "");
    if (emulator.isEmpty()) {
      return new GoogleEndpoint(Origin.of("https", "storage." + universe), false);
    }
    Optional<URI> uri =
        RedirectPolicy.parse(emulator.contains("://") ? emulator : "http://" + emulator);
    if (uri.isEmpty()) {
      throw new StoreException.Rejected(
          operation + ": the variable " + EMULATOR + " has no host and no http URL");
    }
    Origin origin = Origin.of(uri.get());
    if (!origin.secure() && !insecure && !THIS_MACHINE.contains(origin.host())) {
      throw new StoreException.Rejected(
          operation
              + ": the variable "
              + EMULATOR
              + " has a plain http URL of another machine, which wants INSECURE: true");
    }
    return new GoogleEndpoint(origin, true);
  }

  /** An object's metadata or, with {@code alt=media}, its bytes. */
  URI object(String bucket, String name, String query) {
    return origin.resolve(
        "/storage/v1/b/" + EncodedName.of(bucket) + "/o/" + EncodedName.of(name) + "?" + query);
  }

  /** The objects of a bucket. */
  URI objects(String bucket, String query) {
    return origin.resolve("/storage/v1/b/" + EncodedName.of(bucket) + "/o?" + query);
  }

  /** Where objects are sent. */
  URI uploads(String bucket, String query) {
    return origin.resolve("/upload/storage/v1/b/" + EncodedName.of(bucket) + "/o?" + query);
  }
}
