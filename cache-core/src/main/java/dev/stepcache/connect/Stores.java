package dev.stepcache.connect;

import dev.stepcache.credentials.CredentialSources;
import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.registry.ClusterAccount;
import dev.stepcache.registry.OpenShiftStore;
import dev.stepcache.registry.RegistrySettings;
import dev.stepcache.registry.RegistryStore;
import dev.stepcache.store.Retry;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Chooses the store that a reference names, and how to reach it. */
record Stores(Connection connection, Consumer<Retry> retries, Consumer<String> notices) {

  /**
   * @param grant the command that gives the account the right it may lack, where that is known
   */
  record Opened(Store store, Optional<String> grant) {}

  /** The same with other parameters of buckets. */
  Stores with(Map<String, String> parameters) {
    BucketSettings buckets = connection.buckets();
    return new Stores(
        connection.with(
            new BucketSettings(
                parameters,
                buckets.awsConfig(),
                buckets.awsCredentials(),
                buckets.googleCredentials())),
        retries,
        notices);
  }

  Opened open(StoreReference reference) throws StoreException {
    // No switch: it would be linked here, for ten milliseconds of every start.
    if (reference instanceof StoreReference.InLayout layout) {
      return new Opened(new LayoutStore(layout.folder()), Optional.empty());
    }
    return reference instanceof StoreReference.InBucket bucket
        ? new Opened(new Buckets(connection, retries, notices).open(bucket), Optional.empty())
        : openRegistry((StoreReference.InRegistry) reference);
  }

  private Opened openRegistry(StoreReference.InRegistry reference) throws StoreException {
    ImageReference image = reference.image();
    Login login =
        new CredentialSources(
                connection.dockerConfig(), connection.environment(), connection.helpers(), notices)
            .login(image.registry(), image.repository());
    Trust trust =
        Trust.of(connection.certificateAuthority(), connection.environment()).telling(notices);
    Proxies proxies = Proxies.of(connection.environment());
    Optional<InternalRegistry> internal = Optional.empty();
    if (connection.openShift().isPresent()) {
      Connection.OpenShift openShift = connection.openShift().get();
      trust = trust.withServices(openShift.serviceAuthority());
      internal = InternalRegistry.of(reference);
      if (internal.isPresent()) {
        login = internal.get().login(login, connection.insecure(), openShift.serviceAccountToken());
        proxies = internal.get().proxies(proxies);
      }
    }
    RegistryStore store =
        new RegistryStore(
            new RegistrySettings(image, login, trust, connection.insecure(), proxies, retries));
    if (internal.isEmpty()) {
      return new Opened(store, Optional.empty());
    }
    String grant = internal.get().grant(login);
    ClusterAccount account =
        new ClusterAccount(
            connection.openShift().get().serviceAccountToken(),
            connection.environment(),
            internal.get().grantDeleting(login));
    return new Opened(new OpenShiftStore(store, grant, account), Optional.of(grant));
  }
}
