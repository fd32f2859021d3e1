package dev.stepcache.cli.copy;

import dev.stepcache.cli.ConnectionOptions;
import dev.stepcache.cli.Ending;
import dev.stepcache.cli.ExitCode;
import dev.stepcache.cli.FormatOption;
import dev.stepcache.cli.ResultFiles;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.prune.Removal;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/** Copies caches from a store to another. */
@Command(
    name = "copy",
    description = {
      "Copies caches between any two stores: only the blobs that the target lacks, each verified,"
          + " and the tag last. A copy that was cut short goes on when it is run again."
    },
    footer = {
      "",
      "Example: warm a store on a volume from a registry",
      "  stepcache copy --sync oci://registry.example.com/team/cache file:///caches/team"
    })
public final class CopyCommand implements Callable<Integer> {
  private final Session session;
  private final Predicate<String> confirmation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private OwnBuckets buckets = new OwnBuckets();

  @Mixin private ResultFiles results = new ResultFiles("copied", "bytes", "removed");

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      converter = CopyReference.Converter.class,
      description =
          "Where the caches are: oci://host/repository, s3://bucket/folder (also gs://, azblob://)"
              + " or file:///folder, or one cache in it by :tag or @digest.")
  private CopyReference source = new CopyReference(StoreReference.parse("file:///"), false);

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      converter = CopyReference.Converter.class,
      description = "Where they go, the same; one cache may get another tag there.")
  private CopyReference target = new CopyReference(StoreReference.parse("file:///"), false);

  @Option(
      names = "--tag",
      split = ",",
      paramLabel = "PATTERN",
      description = "Which tags, such as 'go-*': * is any characters, ? is one. May be repeated.")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = "--sync",
      description =
          "All caches of the source, or those that --tag names: what the target has already is not"
              + " looked into. Removes nothing there without --delete.")
  private boolean sync;

  @Option(
      names = "--delete",
      description =
          "With --sync: caches of the target whose tags the source has not are to go, once all is"
              + " copied. They are only shown until --apply is given.")
  private boolean delete;

  @Option(names = "--apply", description = "Do what --delete says.")
  private boolean apply;

  @Option(names = "--yes", description = "Do not ask before, as in a job.")
  private boolean yes;

  @Mixin private FormatOption format = new FormatOption();

  /**
   * @param confirmation asks a person, and is false where there is none or they do not want it
   */
  public CopyCommand(Session session, Predicate<String> confirmation) {
    this.session = session;
    this.confirmation = confirmation;
  }

  @Override
  public Integer call() {
    check();
    TagPatterns patterns;
    try {
      patterns = new TagPatterns(tags);
    } catch (IllegalArgumentException e) {
      throw mistake("--tag " + e.getMessage());
    }
    return results.code(
        session.run(
            connection,
            buckets.others(source.reference(), target.reference()),
            stores -> copy(stores, patterns)));
  }

  private void check() {
    boolean many = sync || !tags.isEmpty();
    if (delete && !sync) {
      throw mistake("--delete is for --sync: it removes what the source has not");
    }
    if (apply && !delete) {
      throw mistake("--apply is for --delete: what is copied is copied without it");
    }
    if (source.named() && many) {
      throw mistake("SOURCE names one cache: leave out its tag, or --tag and --sync");
    }
    if (!source.named() && !many) {
      throw mistake("which caches? SOURCE:TAG, --tag PATTERN or --sync");
    }
    if (target.named() && many) {
      throw mistake("TARGET names one cache, and several are copied: leave out its tag");
    }
    if (!target.named() && !many && !(source.reference().selector() instanceof Tag)) {
      throw mistake("by which tag? A cache that is named by its digest needs TARGET:TAG");
    }
    if (target.named() && !(target.reference().selector() instanceof Tag)) {
      throw mistake("TARGET is named by a tag, not by a digest");
    }
    boolean isSame = goal().equals(source.reference()) || (many && isSameRepository());
    if (isSame && buckets.areReachedAlike()) {
      throw mistake(
          "SOURCE and TARGET are the same" + OwnBuckets.howToTellApart(source.reference()));
    }
    buckets
        .mistake(source, target, connection)
        .ifPresent(mistake -> {
          throw mistake(mistake);
        });
  }

  private boolean isSameRepository() {
    Tag any = new Tag("any");
    return source.reference().with(any).equals(target.reference().with(any));
  }

  /** Where a single cache goes. */
  private StoreReference goal() {
    return target.named()
        ? target.reference()
        : target.reference().with(source.reference().selector());
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int copy(OpenStores stores, TagPatterns patterns) throws IOException {
    Store to = buckets.target(stores, target.reference());
    Store from = buckets.source(stores, source.reference());
    Copying copying = new Copying(from, source.reference(), to);
    Copying.Selected selected =
        source.named() && goal().selector() instanceof Tag tag
            ? copying.one(source.reference().selector(), source.reference(), tag)
            : copying.some(patterns, sync);
    CopyProgress progress = new CopyProgress(session.output(), !format.isJson(), delete);
    boolean whole;
    try (Ending ending = Ending.watch(stores::close, () -> tell(selected, progress, false))) {
      try {
        whole = copying.run(selected, progress, ending::isAsked);
      } catch (IOException e) {
        tell(selected, progress, false);
        throw e;
      }
      if (!whole || progress.failed() > 0 || !delete) {
        tell(selected, progress, whole);
      }
    }
    if (!whole) {
      return ExitCode.STORE;
    }
    if (progress.failed() > 0) {
      return ExitCode.WRONG;
    }
    if (!delete) {
      return ExitCode.WELL;
    }
    // Looked at first: what the source has from now on is no surplus.
    Removal.Inspected inspected = Removal.inspect(to, session);
    Set<Tag> surplus = copying.surplus(patterns);
    return remove(
        selected,
        progress,
        inspected.choose(surplus::contains, "the source does not have it", !format.isJson()));
  }

  private int remove(Copying.Selected selected, CopyProgress progress, Optional<Removal> removal)
      throws IOException {
    if (!format.isJson()) {
      progress.end(selected, true);
      removal.ifPresent(Removal::printPlan);
    }
    if (removal.isEmpty() || !apply) {
      if (format.isJson()) {
        progress.json(selected, true, removal, false);
      } else {
        session
            .output()
            .line(
                removal.isEmpty()
                    ? "the target has no cache that the source has not"
                    : "nothing was removed: --apply does it");
      }
      write(progress, removal);
      return ExitCode.WELL;
    }
    if (selected.images().isEmpty()) {
      session.output().error("nothing was removed: the source has no cache at all");
      return ExitCode.WRONG;
    }
    if (!yes && !confirmation.test("Remove these? [y/N] ")) {
      session.output().error("nothing was removed: nobody said yes. In a job, say --yes");
      return ExitCode.USAGE;
    }
    return removeBy(removal.get(), selected, progress);
  }

  private int removeBy(Removal removal, Copying.Selected selected, CopyProgress progress)
      throws IOException {
    boolean tells = !format.isJson();
    Runnable cutShort =
        () -> {
          if (tells) {
            removal.printCutShort();
          } else {
            progress.json(selected, false, Optional.of(removal), true);
          }
          write(progress, Optional.of(removal));
        };
    try (Ending ending = Ending.watch(() -> {}, cutShort)) {
      int code;
      try {
        code = removal.run(ending::isAsked, tells);
      } catch (IOException e) {
        cutShort.run();
        throw e;
      }
      if (!tells) {
        progress.json(selected, code == ExitCode.WELL, Optional.of(removal), true);
      }
      write(progress, Optional.of(removal));
      return code;
    }
  }

  private void tell(Copying.Selected selected, CopyProgress progress, boolean whole) {
    if (format.isJson()) {
      progress.json(selected, whole, Optional.empty(), false);
    } else {
      progress.end(selected, whole);
    }
    write(progress, Optional.empty());
  }

  private void write(CopyProgress progress, Optional<Removal> removal) {
    results.write(
        session.output(),
        Integer.toString(progress.copied()),
        Long.toString(progress.bytes()),
        Integer.toString(removal.map(Removal::removed).orElse(0)));
  }
}
