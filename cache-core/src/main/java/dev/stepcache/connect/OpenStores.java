package dev.stepcache.connect;

import dev.stepcache.oci.Tag;
import dev.stepcache.store.LoginCheck;
import dev.stepcache.store.Retry;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The stores of a run, each opened once for all references that lie in it. Closing ends what is
 * under way in all of them, and in those that are opened later. Safe for use by several threads.
 */
public final class OpenStores implements AutoCloseable {
  private static final Tag ANY = new Tag("any");

  private final Stores choice;

  /** By their names: the first comparison of records costs ten milliseconds. */
  private final Map<String, Store> stores = new HashMap<>();

  private Optional<String> grant = Optional.empty();
  private boolean closed;

  /**
   * @param retries is told of each request that is sent again
   * @param notices is told, a line each, what a person should know of the logins and certificates
   *     that were found
   */
  public OpenStores(Connection connection, Consumer<Retry> retries, Consumer<String> notices) {
    Set<String> told = ConcurrentHashMap.newKeySet();
    this.choice =
        new Stores(
            connection,
            retries,
            notice -> {
              // Each store looks at the same places again.
              if (told.add(notice)) {
                notices.accept(notice);
              }
            });
  }

  /** The store that a reference lies in; nothing is sent to it yet. */
  public synchronized Store of(StoreReference reference) throws StoreException {
    String name = reference.with(ANY).toString();
    Store store = stores.get(name);
    if (store == null) {
      Stores.Opened opened = choice.open(reference);
      store = opened.store();
      grant = grant.or(opened::grant);
      keep(name, store);
    }
    return store;
  }

  /**
   * The same in a bucket that is reached in its own way.
   *
   * @param parameters behind its URL, instead of those of the run
   */
  public synchronized Store of(StoreReference.InBucket reference, Map<String, String> parameters)
      throws StoreException {
    String place = reference.with(ANY) + "?" + new TreeMap<>(parameters);
    Store store = stores.get(place);
    if (store == null) {
      store = choice.with(parameters).open(reference).store();
      keep(place, store);
    }
    return store;
  }

  private void keep(String place, Store store) {
    stores.put(place, store);
    if (closed) {
      store.close();
    }
  }

  /**
   * The same for a run of several stores, of which others may do: where it cannot be opened, each
   * use of it says why.
   */
  public Store ofSeveral(StoreReference reference) {
    try {
      return of(reference);
    } catch (StoreException e) {
      return new UnopenedStore(reference.with(ANY).toString(), e);
    }
  }

  /**
   * The command that gives the account the right that it may lack, where that is known: in the
   * first store of which it is, which is the run's own.
   */
  public synchronized Optional<String> grant() {
    return grant;
  }

  /**
   * What the stores say of the logins that they are asked with; unknown where they do not agree.
   * For after a refusal: it may take a few requests.
   */
  public LoginCheck.Answer checkLogin() throws IOException {
    Set<LoginCheck.Answer> answers = EnumSet.noneOf(LoginCheck.Answer.class);
    for (LoginCheck check : loginChecks()) {
      answers.add(check.check());
    }
    return answers.size() == 1 ? answers.iterator().next() : LoginCheck.Answer.UNKNOWN;
  }

  private synchronized List<LoginCheck> loginChecks() {
    return stores.values().stream()
        .flatMap(store -> store.offers(LoginCheck.class).stream())
        .toList();
  }

  @Override
  public synchronized void close() {
    closed = true;
    stores.values().forEach(Store::close);
  }
}
