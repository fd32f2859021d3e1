package dev.stepcache.step;

import dev.stepcache.credentials.CredentialSources;
import dev.stepcache.credentials.Login;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.registry.RegistrySettings;
import dev.stepcache.registry.RegistryStore;
import dev.stepcache.registry.wire.Proxies;
import dev.stepcache.registry.wire.Trust;
import dev.stepcache.store.Retry;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.util.Map;
import java.util.function.Consumer;

/** Chooses the store that a reference names. */
final class Stores {
  private Stores() {}

  static Store open(
      StoreReference reference,
      StepOptions options,
      Map<String, String> environment,
      Consumer<Retry> retries,
      Consumer<String> notices)
      throws StoreException {
    return switch (reference) {
      case StoreReference.InLayout layout -> new LayoutStore(layout.folder());
      case StoreReference.InRegistry(ImageReference image) -> {
        Login login =
            new CredentialSources(options.dockerConfig(), environment, notices)
                .login(image.registry(), image.repository());
        yield new RegistryStore(
            new RegistrySettings(
                image,
                login,
                Trust.of(options.certificateAuthority(), environment),
                options.insecure(),
                Proxies.of(environment),
                retries));
      }
    };
  }
}
