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
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The stores of a run, each opened once for all references that lie in it. Closing ends what is
 * under way in all of them, and in those that are opened later. Safe for use by several threads.
 */
public final class OpenStores implements AutoCloseable {
  private static final Tag ANY = new Tag("any");

  private final Stores choice;

  /**
   * Held while a store is opened: that reads files, which may be as slow as a network is. Whoever
   * closes does not wait for it.
   */
  private final Lock opening = new ReentrantLock();

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
  public Store of(StoreReference reference) throws StoreException {
    return of(reference, reference.with(ANY).toString(), choice);
  }

  /**
   * The same in a bucket that is reached in its own way.
   *
   * @param parameters behind its URL, instead of those of the run
   */
  public Store of(StoreReference.InBucket reference, Map<String, String> parameters)
      throws StoreException {
    return of(
        reference, reference.with(ANY) + "?" + new TreeMap<>(parameters), choice.with(parameters));
  }

  private Store of(StoreReference reference, String name, Stores stores) throws StoreException {
    opening.lock();
    try {
      Optional<Store> there = known(name);
      if (there.isPresent()) {
        return there.get();
      }
      Stores.Opened opened = stores.open(reference);
      keep(name, opened);
      return opened.store();
    } finally {
      opening.unlock();
    }
  }

  private synchronized Optional<Store> known(String name) {
    return Optional.ofNullable(stores.get(name));
  }

  private synchronized void keep(String name, Stores.Opened opened) {
    stores.put(name, opened.store());
    grant = grant.or(opened::grant);
    if (closed) {
      opened.store().close();
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

  /** Never waits for one that is being opened. */
  @Override
  public synchronized void close() {
    closed = true;
    stores.values().forEach(Store::close);
  }
}
