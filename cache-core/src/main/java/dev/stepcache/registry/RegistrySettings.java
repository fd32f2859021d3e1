package dev.stepcache.registry;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.RetryPolicy;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.store.Retry;
import java.util.function.Consumer;

/**
 * One repository of one registry, and how to reach it.
 *
 * @param image the repository; its tag or digest plays no part
 * @param insecure whether an unverified certificate, and plain http where no TLS is spoken, will do
 * @param listener told of each request that is sent again
 * @param asksFirst whether the registry tells before an upload what the account may, so that asking
 *     it is worth two requests
 */
public record RegistrySettings(
    ImageReference image,
    Login login,
    Trust trust,
    boolean insecure,
    Proxies proxies,
    Limits limits,
    RetryPolicy retryPolicy,
    Consumer<Retry> listener,
    boolean asksFirst) {
  public RegistrySettings(
      ImageReference image,
      Login login,
      Trust trust,
      boolean insecure,
      Proxies proxies,
      Limits limits,
      RetryPolicy retryPolicy,
      Consumer<Retry> listener) {
    this(image, login, trust, insecure, proxies, limits, retryPolicy, listener, false);
  }

  public RegistrySettings(
      ImageReference image,
      Login login,
      Trust trust,
      boolean insecure,
      Proxies proxies,
      Consumer<Retry> listener) {
    this(image, login, trust, insecure, proxies, Limits.STANDARD, RetryPolicy.STANDARD, listener);
  }

  /** The same for a registry that tells before an upload what the account may. */
  public RegistrySettings askingFirst() {
    return new RegistrySettings(
        image, login, trust, insecure, proxies, limits, retryPolicy, listener, true);
  }
}
