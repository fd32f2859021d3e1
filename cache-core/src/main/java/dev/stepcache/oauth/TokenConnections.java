package dev.stepcache.oauth;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.retry.Exchanges;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Connections to those who give tokens, whose certificates are verified whatever holds for a store.
 * Closed together.
 */
public final class TokenConnections implements AutoCloseable {
  /** Who has no metadata service has nobody who answers at its address. */
  private static final Limits METADATA =
      new Limits(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  /** A pod's metadata server may not be there yet in the first seconds (GKE's documentation). */
  private static final RetryPolicy METADATA_RETRIES =
      new RetryPolicy(4, Duration.ofMillis(500), Duration.ofSeconds(2), 8, Duration.ofSeconds(15));

  private final Trust trust;
  private final Proxies proxies;
  private final Consumer<Retry> retries;
  private final List<Exchanges> open = new ArrayList<>();

  /**
   * @param retries is told of each request that is sent again
   */
  public TokenConnections(Trust trust, Proxies proxies, Consumer<Retry> retries) {
    this.trust = trust;
    this.proxies = proxies;
    this.retries = retries;
  }

  /** To a token service. */
  public Exchanges service() {
    return opened(proxies, Limits.STANDARD, RetryPolicy.STANDARD, "the token service");
  }

  /**
   * To the metadata service of this machine, past all proxies.
   *
   * @param host its name, without a port
   */
  public Exchanges metadata(String host) {
    return opened(proxies.without(host), METADATA, METADATA_RETRIES, "the metadata service");
  }

  private Exchanges opened(Proxies through, Limits limits, RetryPolicy policy, String who) {
    Exchanges exchanges =
        new Exchanges(new Wire(trust, false, through, limits), limits, policy, retries, who);
    open.add(exchanges);
    return exchanges;
  }

  @Override
  public void close() {
    open.forEach(Exchanges::end);
  }
}
