package dev.stepcache.cli.listing;

import dev.stepcache.cli.CacheDetails;
import dev.stepcache.cli.ConnectionOptions;
import dev.stepcache.cli.ExitCode;
import dev.stepcache.cli.FormatOption;
import dev.stepcache.cli.References;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.Sharing;
import dev.stepcache.key.Excludes;
import dev.stepcache.key.Scope;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Which caches a repository has. */
@Command(
    name = "list",
    description = {
      "Lists the caches of a repository: how old and how large each is, what of that other caches"
          + " have as well (SHARED), and what it alone takes (ALONE)."
    },
    footer = {
      "",
      "Example: the largest caches of a repository",
      "  stepcache list --sort size oci://registry.example.com/team/cache",
      "",
      "Example: what a branch has saved more than a month ago",
      "  stepcache list --scope main --older-than 30d oci://registry.example.com/team/cache"
    })
public final class ListCommand implements Callable<Integer> {
  /** By what the lines are sorted. */
  enum Sort {
    TAG,
    SIZE,
    AGE,
    SCOPE
  }

  private final Session session;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(
      paramLabel = "REFERENCE",
      converter = References.OfARepository.class,
      description =
          "oci://host/repository, s3://bucket/folder (also gs://, azblob://) or file:///folder")
  private StoreReference reference = StoreReference.parse("file:///");

  @Option(
      names = "--sort",
      paramLabel = "tag|size|age|scope",
      description = "Largest or newest first; by tag if not given.")
  private Sort sort = Sort.TAG;

  @Option(
      names = "--tag",
      paramLabel = "PATTERN",
      converter = TagPattern.class,
      description = "Only tags that match, such as 'pr-*'.")
  private Excludes tags = Excludes.parse(List.of("*"));

  @Option(
      names = "--scope",
      paramLabel = "NAME",
      description = "Only caches of this branch, pull request or workflow.")
  private Optional<String> scope = Optional.empty();

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      converter = Days.class,
      description = "Only caches that are older, such as 12h or 30d.")
  private Duration olderThan = Duration.ZERO;

  @Option(
      names = "--names",
      description = "Print the tags alone, without a look at what they lead to.")
  private boolean names;

  @Option(
      names = "--saved",
      description =
          "Read the time of saving from each index, also where these are over 100 MB in all.")
  private boolean saved;

  @Mixin private FormatOption format = new FormatOption();

  @Option(names = "--all", description = "List the tags too that are no caches.")
  private boolean all;

  /**
   * @param session that the store is opened in
   */
  public ListCommand(Session session) {
    this.session = session;
  }

  /** A pattern as those of lock files, of one name. */
  static final class TagPattern implements ITypeConverter<Excludes> {
    @Override
    public Excludes convert(String text) {
      try {
        return Excludes.parse(List.of(text));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** A time as EXPIRES_AFTER has it. */
  static final class Days implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      if (!text.matches("[1-9][0-9]{0,4}[hdw]")) {
        throw new TypeConversionException("'" + text + "' is no time such as 12h, 30d or 2w");
      }
      long number = Long.parseLong(text.substring(0, text.length() - 1));
      return switch (text.charAt(text.length() - 1)) {
        case 'h' -> Duration.ofHours(number);
        case 'd' -> Duration.ofDays(number);
        default -> Duration.ofDays(7 * number);
      };
    }
  }

  @Override
  public Integer call() {
    return session.run(connection, reference, this::list);
  }

  private int list(Store store) throws IOException {
    RepositoryReader reader =
        new RepositoryReader(store, session.environment(), session.output().meter());
    List<Tag> wanted = reader.tags(this::isWanted);
    CacheTable table = new CacheTable(session.output(), store, format.isJson());
    if (names) {
      table.names(wanted);
      return ExitCode.WELL;
    }
    ListedCaches found = filtered(reader.read(wanted, saved));
    table.print(found, new Sharing(found.caches()), all);
    return found.broken().isEmpty() ? ExitCode.WELL : ExitCode.WRONG;
  }

  private boolean isWanted(Tag tag) {
    return tags.match(tag.value(), false)
        && (scope.isEmpty()
            || Scope.nameIn(tag.value()).equals(scope.map(text -> Scope.of(text).name())));
  }

  private ListedCaches filtered(ListedCaches found) {
    Instant limit = Instant.now().minus(olderThan);
    Comparator<CacheDetails.Cache> byTag = Comparator.comparing(cache -> cache.tag().value());
    Comparator<CacheDetails.Cache> order =
        switch (sort) {
          case TAG -> byTag;
          case SIZE ->
              Comparator.comparingLong((CacheDetails.Cache cache) -> cache.size())
                  .reversed()
                  .thenComparing(byTag);
          case AGE ->
              Comparator.comparing((CacheDetails.Cache cache) ->
                      found.time(cache).map(ListedCaches.Time::instant).orElse(Instant.EPOCH))
                  .reversed()
                  .thenComparing(byTag);
          case SCOPE ->
              Comparator.comparing((CacheDetails.Cache cache) -> cache.scope().orElse(""))
                  .thenComparing(byTag);
        };
    List<CacheDetails.Cache> caches =
        found.caches().stream()
            .filter(cache ->
                olderThan.isZero()
                    || found.time(cache).filter(time -> time.instant().isBefore(limit)).isPresent())
            .sorted(order)
            .toList();
    return new ListedCaches(caches, found.others(), found.broken(), found.saved(), found.unread());
  }
}
