package dev.stepcache.cli.prune;

import dev.stepcache.cli.ConnectionOptions;
import dev.stepcache.cli.Ending;
import dev.stepcache.cli.ExitCode;
import dev.stepcache.cli.FormatOption;
import dev.stepcache.cli.References;
import dev.stepcache.cli.ResultFiles;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.listing.RepositoryReader;
import dev.stepcache.key.Scope;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.Sweeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes away caches, or baked images, that nobody needs any more. */
@Command(
    name = "prune",
    description = {
      "Takes caches away by rules; shows only what would go, and why, until --apply is given. What"
          + " is no cache stays, whatever it is."
    },
    footer = {
      "",
      "Example: what is older than 30 days goes, but for the newest 5 of each scope",
      "  stepcache prune --max-age 30d --keep-last 5 oci://registry.example.com/team/cache",
      "",
      "Example: of nightly images the newest 14 stay",
      "  stepcache prune --baked --keep-last 14 oci://registry.example.com/team/builder"
    })
public final class PruneCommand implements Callable<Integer> {
  private final Session session;
  private final Predicate<String> confirmation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private ResultFiles results = new ResultFiles("removed", "freed");

  @Parameters(
      paramLabel = "REFERENCE",
      converter = References.OfARepository.class,
      description =
          "oci://host/repository, s3://bucket/folder (also gs://, azblob://) or file:///folder")
  private StoreReference reference = StoreReference.parse("file:///");

  @Option(
      names = "--keep-last",
      paramLabel = "N",
      description = "The newest N of each scope stay, whatever else is said; alone, all others go.")
  private Optional<Integer> keepLast = Optional.empty();

  @Option(
      names = "--max-age",
      paramLabel = "TIME",
      converter = Amount.Time.class,
      description = "What is older goes: 12h, 30d, 8w.")
  private Optional<Duration> maxAge = Optional.empty();

  @Option(
      names = "--max-total-size",
      paramLabel = "SIZE",
      converter = Amount.Size.class,
      description = "The oldest go until the layers of the others fit: 500Mi, 20Gi.")
  private Optional<Long> maxTotal = Optional.empty();

  @Option(
      names = "--living-scopes",
      paramLabel = "FILE",
      description = "Caches whose SCOPE is none of the lines of this file go, such as branches.")
  private Optional<Path> living = Optional.empty();

  @Option(
      names = "--baked",
      description = "Choose from the images that bake made, which are one scope, not from caches.")
  private boolean baked;

  @Option(names = "--apply", description = "Do it.")
  private boolean apply;

  @Option(names = "--yes", description = "Do not ask before, as in a job.")
  private boolean yes;

  @Option(names = "--all", description = "Do it though not a single one would stay.")
  private boolean all;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      converter = Amount.Time.class,
      description =
          "In a folder or a bucket, blobs that nothing names stay for so long after they were written: an"
              + " upload may be about to name them. 1d, if not given.")
  private Duration grace = Duration.ofDays(1);

  @Mixin private FormatOption format = new FormatOption();

  /**
   * @param confirmation asks a person, and is false where there is none or he does not want it
   */
  public PruneCommand(Session session, Predicate<String> confirmation) {
    this.session = session;
    this.confirmation = confirmation;
  }

  @Override
  public Integer call() {
    PruneRules rules = rules();
    return results.code(session.run(connection, reference, store -> prune(store, rules)));
  }

  private PruneRules rules() {
    if (keepLast.isPresent() && keepLast.get() < 1) {
      throw mistake("--keep-last keeps at least 1; to remove all, say --max-age 0s --all");
    }
    PruneRules rules =
        new PruneRules(
            keepLast.map(OptionalInt::of).orElseGet(OptionalInt::empty),
            maxAge,
            maxTotal.map(OptionalLong::of).orElseGet(OptionalLong::empty),
            living.map(this::scopes));
    if (baked && living.isPresent()) {
      throw mistake("--living-scopes is for caches: what was baked has no SCOPE. Leave it out");
    }
    if (rules.areNone()) {
      throw mistake("by which rule? --keep-last, --max-age, --max-total-size or --living-scopes");
    }
    return rules;
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Names as tags have them, of the lines of a file. */
  private Set<String> scopes(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw mistake("--living-scopes " + file + " cannot be read: " + e.getMessage());
    }
    Set<String> names = new HashSet<>();
    for (String line : lines) {
      if (!line.isBlank()) {
        try {
          names.add(Scope.of(line).name());
        } catch (IllegalArgumentException e) {
          throw mistake("--living-scopes " + file + ": " + e.getMessage());
        }
      }
    }
    return names;
  }

  private int prune(Store store, PruneRules rules) throws IOException {
    RepositoryReader reader =
        new RepositoryReader(store, session.environment(), session.output().meter());
    Inventory inventory = baked ? Inventory.ofBaked(reader) : Inventory.of(reader);
    Instant now = Instant.now();
    PrunePlan plan =
        baked
            ? PrunePlan.ofBaked(inventory.caches(), rules, now)
            : PrunePlan.of(inventory.caches(), rules, now);
    PruneReport report = new PruneReport(session.output(), store.toString(), inventory, plan);
    boolean text = !format.isJson();
    if (text) {
      report.printPlan(now);
    }
    if (plan.takesAll() && !all) {
      session
          .output()
          .error("not a single " + inventory.what() + " would stay: if that is meant, say --all");
      return ExitCode.USAGE;
    }
    if (!apply) {
      if (text) {
        session.output().line("nothing was removed: --apply does it");
      } else {
        report.printJson(Optional.empty(), Optional.empty());
      }
      results.write(session.output(), "0", "0");
      return ExitCode.WELL;
    }
    if (!plan.going().isEmpty() && !yes && !confirmation.test("Remove these? [y/N] ")) {
      session.output().error("nothing was removed: nobody said yes. In a job, say --yes");
      return ExitCode.USAGE;
    }
    return remove(store, rules, report);
  }

  private int remove(Store store, PruneRules rules, PruneReport report) throws IOException {
    PruneProgress progress = new PruneProgress(session.output(), !format.isJson());
    boolean whole = false;
    Optional<Sweeper.Swept> swept = Optional.empty();
    try (Ending ending =
        Ending.watch(() -> {}, () -> tell(report, progress, false, Optional.empty()))) {
      try {
        whole = removed(store, report, progress, ending);
        Optional<Sweeper> sweeper = store.offers(Sweeper.class);
        if (whole && sweeper.isPresent()) {
          swept = Optional.of(sweeper.get().sweep(grace));
        }
      } catch (PruneRun.Refused e) {
        tellRefusal(report, progress);
        session.output().error(e.getMessage() + (e.isForEverybody() ? ": it deletes nothing" : ""));
        NativePolicy.of(reference, rules).forEach(line -> session.output().err().println(line));
        return ExitCode.STORE;
      } catch (IOException e) {
        tell(report, progress, false, swept);
        throw e;
      }
      tell(report, progress, whole, swept);
    }
    return whole && progress.failed() == 0 ? ExitCode.WELL : ExitCode.STORE;
  }

  private boolean removed(Store store, PruneReport report, PruneProgress progress, Ending ending)
      throws IOException {
    if (report.plan().going().isEmpty()) {
      return true;
    }
    Deleter deleter =
        store
            .offers(Deleter.class)
            .orElseThrow(
                () -> new PruneRun.Refused("delete from " + store + ": this store cannot", true));
    return new PruneRun(
            store, deleter, report.plan(), report.inventory(), progress, ending::isAsked)
        .run();
  }

  private void tellRefusal(PruneReport report, PruneProgress progress) {
    if (format.isJson()) {
      report.printJson(Optional.of(progress), Optional.empty());
    } else {
      report.printRefusal(progress);
    }
    write(report, progress, Optional.empty());
  }

  private void tell(
      PruneReport report, PruneProgress progress, boolean whole, Optional<Sweeper.Swept> swept) {
    if (format.isJson()) {
      report.printJson(Optional.of(progress), swept);
    } else if (!report.plan().going().isEmpty() || swept.isPresent()) {
      report.printEnd(progress, whole, swept);
    }
    write(report, progress, swept);
  }

  private void write(PruneReport report, PruneProgress progress, Optional<Sweeper.Swept> swept) {
    results.write(
        session.output(),
        Integer.toString(progress.removed()),
        Long.toString(report.freed(progress, swept)));
  }
}
