package dev.stepcache.registry;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Retry;
import java.util.function.Consumer;

/**
 * One repository of one registry, and how to reach it.
 *
 * @param image the repository; its tag or digest plays no part
 * @param insecure whether an unverified certificate, and plain http where no TLS is spoken, will do
 * @param listener told of each request that is sent again
 */
public record RegistrySettings(
    ImageReference image,
    Login login,
    Trust trust,
    boolean insecure,
    Proxies proxies,
    Limits limits,
    RetryPolicy retryPolicy,
    Consumer<Retry> listener) {
  /** Those with the standard limits and retries. */
  public RegistrySettings(
      ImageReference image,
      Login login,
      Trust trust,
      boolean insecure,
      Proxies proxies,
      Consumer<Retry> listener) {
    this(image, login, trust, insecure, proxies, Limits.STANDARD, RetryPolicy.STANDARD, listener);
  }
}
