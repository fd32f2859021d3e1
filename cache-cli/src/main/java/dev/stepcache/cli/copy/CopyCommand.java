package dev.stepcache.cli.copy;

import dev.stepcache.cli.ConnectionOptions;
import dev.stepcache.cli.Ending;
import dev.stepcache.cli.ExitCode;
import dev.stepcache.cli.FormatOption;
import dev.stepcache.cli.ResultFiles;
import dev.stepcache.cli.Session;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private ResultFiles results = new ResultFiles("copied", "bytes");

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      converter = Place.Converter.class,
      description =
          "Where the caches are: oci://host/repository, s3://bucket/folder (also gs://, azblob://)"
              + " or file:///folder, or one cache in it by :tag or @digest.")
  private Place source = new Place(StoreReference.parse("file:///"), false);

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      converter = Place.Converter.class,
      description = "Where they go, the same; one cache may get another tag there.")
  private Place target = new Place(StoreReference.parse("file:///"), false);

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
              + " looked into. Removes nothing there.")
  private boolean sync;

  @Mixin private FormatOption format = new FormatOption();

  public CopyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    check();
    TagPatterns patterns;
    try {
      patterns = new TagPatterns(tags);
    } catch (IllegalArgumentException e) {
      throw wrong("--tag " + e.getMessage());
    }
    return session.run(
        connection,
        List.of(source.reference(), target.reference()),
        stores -> copy(stores, patterns));
  }

  private void check() {
    boolean many = sync || !tags.isEmpty();
    if (source.named() && many) {
      throw wrong("SOURCE names one cache: leave out its tag, or --tag and --sync");
    }
    if (!source.named() && !many) {
      throw wrong("which caches? SOURCE:TAG, --tag PATTERN or --sync");
    }
    if (target.named() && many) {
      throw wrong("TARGET names one cache, and several are copied: leave out its tag");
    }
    if (!target.named() && !many && !(source.reference().selector() instanceof Tag)) {
      throw wrong("by which tag? A cache that is named by its digest needs TARGET:TAG");
    }
    if (target.named() && !(target.reference().selector() instanceof Tag)) {
      throw wrong("TARGET is named by a tag, not by a digest");
    }
    if (goal().equals(source.reference()) || (many && isSameRepository())) {
      throw wrong("SOURCE and TARGET are the same");
    }
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

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int copy(OpenStores stores, TagPatterns patterns) throws IOException {
    Copying copying =
        new Copying(
            stores.of(source.reference()), source.reference(), stores.of(target.reference()));
    Copying.Selected selected =
        source.named() && goal().selector() instanceof Tag tag
            ? copying.one(source.reference().selector(), source.reference(), tag)
            : copying.some(patterns, sync);
    CopyProgress progress = new CopyProgress(session.output(), !format.isJson());
    try (Ending ending = Ending.watch(stores::close, () -> tell(selected, progress, false))) {
      boolean whole;
      try {
        whole = copying.run(selected, progress, ending::isAsked);
      } catch (IOException e) {
        tell(selected, progress, false);
        throw e;
      }
      tell(selected, progress, whole);
      if (!whole) {
        return ExitCode.STORE;
      }
    }
    return progress.failed() == 0 ? ExitCode.WELL : ExitCode.WRONG;
  }

  private void tell(Copying.Selected selected, CopyProgress progress, boolean whole) {
    progress.end(selected, whole);
    results.write(Integer.toString(progress.copied()), Long.toString(progress.bytes()));
  }
}
