package dev.stepcache.step;

import dev.stepcache.oci.Tag;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.util.HashMap;
import java.util.Map;

/** The stores of a run, each opened once for all references that lie in it. */
public final class OpenStores implements AutoCloseable {
  private static final Tag ANY = new Tag("any");

  private final Step step;
  private final StepOptions options;

  /** By their names: the first comparison of records costs ten milliseconds. */
  private final Map<String, Store> stores = new HashMap<>();

  public OpenStores(Step step, StepOptions options) {
    this.step = step;
    this.options = options;
  }

  public Store of(StoreReference reference) throws StoreException {
    String place = reference.with(ANY).toString();
    Store store = stores.get(place);
    if (store == null) {
      store = step.store(reference, options);
      stores.put(place, store);
    }
    return store;
  }

  @Override
  public void close() {
    stores.values().forEach(Store::close);
  }
}
