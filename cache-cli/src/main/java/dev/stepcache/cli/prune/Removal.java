package dev.stepcache.cli.prune;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.stepcache.cli.ExitCode;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.listing.RepositoryReader;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.Store;
import dev.stepcache.store.Sweeper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Caches that another command chose by their tags, taken away as prune does it: the plan first,
 * each tag read again right before, and never what is no cache.
 */
public final class Removal {
  /** Uploads that run may be about to name younger blobs of a folder or a bucket. */
  private static final Duration GRACE = Duration.ofDays(1);

  private final Store store;
  private final Session session;
  private final PruneReport report;
  private final PruneProgress progress;
  private Optional<Sweeper.Swept> swept = Optional.empty();

  private Removal(Store store, Session session, PruneReport report, PruneProgress progress) {
    this.store = store;
    this.session = session;
    this.report = report;
    this.progress = progress;
  }

  /** What is there, looked at before it is known what is to go. */
  public static final class Inspected {
    private final Store store;
    private final Session session;
    private final Optional<Inventory> inventory;

    private Inspected(Store store, Session session, Optional<Inventory> inventory) {
      this.store = store;
      this.session = session;
      this.inventory = inventory;
    }

    /**
     * What goes; empty where that is nothing.
     *
     * @param goes which tags of caches
     * @param why they do, for people
     * @param tells whether each tag gets a line
     */
    public Optional<Removal> choose(Predicate<Tag> goes, String why, boolean tells) {
      return inventory
          .map(there -> PrunePlan.ofTags(there.caches(), goes, why))
          .filter(plan -> !plan.going().isEmpty())
          .map(plan ->
              new Removal(
                  store,
                  session,
                  new PruneReport(
                      session.output(), store.toString(), inventory.orElseThrow(), plan),
                  new PruneProgress(session.output(), tells)));
    }
  }

  /** Looks at all tags of a store, which may have none. */
  public static Inspected inspect(Store store, Session session) throws IOException {
    return new Inspected(
        store,
        session,
        Inventory.tags(store).isEmpty()
            ? Optional.empty()
            : Optional.of(
                Inventory.of(
                    new RepositoryReader(store, session.environment(), session.output().meter()))));
  }

  /** How many tags are to go. */
  public int size() {
    return report.plan().going().size();
  }

  /** Tells a person what is to go, and what that frees. */
  public void printPlan() {
    report.printTags(Instant.now());
  }

  /**
   * Does it, and tells what came of it.
   *
   * @param ends whether nothing more is to be begun
   * @return the exit code
   */
  public int run(BooleanSupplier ends, boolean tells) throws IOException {
    boolean whole;
    try {
      Deleter deleter =
          store
              .offers(Deleter.class)
              .orElseThrow(
                  () -> new PruneRun.Refused("delete from " + store + ": this store cannot", true));
      whole = new PruneRun(store, deleter, report.plan(), report.inventory(), progress, ends).run();
      Optional<Sweeper> sweeper = store.offers(Sweeper.class);
      if (whole && sweeper.isPresent()) {
        swept = Optional.of(sweeper.get().sweep(GRACE));
      }
    } catch (PruneRun.Refused e) {
      if (tells) {
        report.printRefusal(progress);
      }
      session.output().error(e.getMessage() + (e.isForEverybody() ? ": it deletes nothing" : ""));
      return ExitCode.STORE;
    }
    if (tells) {
      report.printEnd(progress, whole, swept);
    }
    return whole && progress.failed() == 0 ? ExitCode.WELL : ExitCode.STORE;
  }

  /** What is said where it does not come to its end. */
  public void printCutShort() {
    report.printEnd(progress, false, swept);
  }

  /** How many tags were removed so far. */
  public int removed() {
    return progress.removed();
  }

  /**
   * Adds an object for each tag, as prune has them.
   *
   * @param applied whether it was to be done
   */
  public void addTo(ArrayNode list, boolean applied) {
    report.addGoing(list, applied ? Optional.of(progress) : Optional.empty());
  }
}
