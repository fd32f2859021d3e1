package dev.stepcache.registry;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Retry;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import java.util.List;
import java.util.function.Consumer;

/** The server of a store that a test makes go wrong. */
public interface FaultyServer extends AutoCloseable {
  /** What requests bring that no message may show. */
  String SECRET = "s3cret";

  /** {@code 127.0.0.1:port} */
  String host();

  /** Which requests go wrong. */
  FaultRules faults();

  /**
   * How the store is reached.
   *
   * @param address {@code http://host:port}, or https
   * @param insecure whether certificates that nobody believes will do
   */
  record Way(
      String address,
      Limits limits,
      RetryPolicy policy,
      boolean insecure,
      Trust trust,
      Proxies proxies,
      Consumer<Retry> retries) {
    /** {@code host:port} */
    public String host() {
      return address.replaceFirst("https?://", "");
    }
  }

  /** Opens it, as someone who has a secret. */
  Store open(Way way) throws StoreException;

  /** The kinds of request of a fetch. */
  List<Place> reads();

  /** The kinds of request of an upload. */
  List<Place> writes();

  /** How many requests an upload that meets no fault sends at most. */
  int requests();

  @Override
  void close();
}
