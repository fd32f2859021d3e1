package dev.stepcache.cli.report;

import dev.stepcache.cli.ConnectionOptions;
import dev.stepcache.cli.ExitCode;
import dev.stepcache.cli.References;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.Sharing;
import dev.stepcache.cli.listing.ListedCaches;
import dev.stepcache.cli.listing.RepositoryReader;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.text.Amounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A repository's caches as a page for a browser. */
@Command(
    name = "report",
    description = {
      "Writes one HTML page on the caches of a repository: sizes, ages, what they share, and how"
          + " they grew. It needs no network and no script."
    },
    footer = {
      "",
      "Example: a page to send around",
      "  stepcache report --file caches.html oci://registry.example.com/team/cache"
    })
public final class ReportCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(
      paramLabel = "REFERENCE",
      converter = References.OfARepository.class,
      description =
          "oci://host/repository, s3://bucket/folder (also gs://, azblob://) or file:///folder")
  private StoreReference reference = StoreReference.parse("file:///");

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Where the page goes; to standard output if not given.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--saved",
      description =
          "Read the time of saving from each index, also where these are over 100 MB in all.")
  private boolean saved;

  /**
   * @param session that the store is opened in
   */
  public ReportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return session.run(connection, reference, this::report);
  }

  private int report(Store store) throws IOException {
    RepositoryReader reader =
        new RepositoryReader(store, session.environment(), session.output().meter());
    ListedCaches found = reader.read(reader.tags(tag -> true), saved);
    String html =
        new Page(store.toString(), found, new Sharing(found.caches()), Instant.now()).html();
    if (file.isEmpty()) {
      session.output().out().print(html);
    } else {
      Files.writeString(file.get(), html);
      session.output().line("written: " + file.get() + ", " + Amounts.bytes(html.length()));
    }
    return found.broken().isEmpty() ? ExitCode.WELL : ExitCode.WRONG;
  }
}
