package dev.stepcache.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.TagLister;
import dev.stepcache.text.Amounts;
import dev.stepcache.transfer.Workers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which caches a repository has. */
@Command(
    name = "list",
    description = {
      "Lists the caches of a repository: how large each is, what of that other caches have as well"
          + " (SHARED), and what it alone takes (ALONE). AGE is that of the newest file in it."
    },
    footer = {
      "",
      "Example: the largest caches of a repository",
      "  stepcache list --sort size oci://registry.example.com/team/cache"
    })
final class ListCommand implements Callable<Integer> {
  /** By what the lines are sorted. */
  enum Sort {
    TAG,
    SIZE,
    AGE
  }

  /** For whom the answer is. */
  enum Format {
    TEXT,
    JSON
  }

  /** As many requests at a time: few enough for a registry that many use. */
  private static final int ASKING = 8;

  private static final int SHORT_KEY = 12;

  private final Session session;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(
      paramLabel = "REFERENCE",
      converter = References.OfARepository.class,
      description = "oci://host/repository or file:///folder")
  private StoreReference reference = StoreReference.parse("file:///");

  @Option(
      names = "--sort",
      paramLabel = "tag|size|age",
      description = "Largest or newest first; by tag if not given.")
  private Sort sort = Sort.TAG;

  @Option(
      names = "--output",
      paramLabel = "text|json",
      description = "json: one document, which docs/cli.md describes.")
  private Format format = Format.TEXT;

  @Option(names = "--all", description = "List the tags too that are no caches.")
  private boolean all;

  /** All tags of a repository, each by what it leads to. */
  private record Found(
      List<CacheDetails.Cache> caches,
      List<CacheDetails.NoCache> others,
      List<CacheDetails.Broken> broken) {}

  ListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return session.run(connection, reference, this::list);
  }

  private int list(Store store) throws IOException {
    Optional<TagLister> lister = store.offers(TagLister.class);
    if (lister.isEmpty()) {
      throw new StoreException.Rejected("list " + store + ": this store tells no tags");
    }
    SortedSet<Tag> tags =
        lister
            .get()
            .tags()
            .orElseThrow(() -> new Session.WrongCache(Reason.MISS, "nothing is there: " + store));
    Found found = details(store, List.copyOf(tags));
    Sharing sharing = new Sharing(found.caches());
    if (format == Format.JSON) {
      byte[] document = Json.bytes(json(store, found, sharing));
      session.output().out().println(new String(document, StandardCharsets.UTF_8));
    } else {
      print(found, sharing);
    }
    return found.broken().isEmpty() ? ExitCode.WELL : ExitCode.WRONG;
  }

  private Found details(Store store, List<Tag> tags) throws IOException {
    List<Optional<CacheDetails>> details = new ArrayList<>();
    tags.forEach(tag -> details.add(Optional.empty()));
    Workers.runEach(
        tags.size(),
        ASKING,
        number -> {
          Optional<CacheDetails> read = CacheDetails.read(store, tags.get(number));
          synchronized (details) {
            details.set(number, read);
          }
        });
    Found found = new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Optional<CacheDetails> one : details) {
      // A tag that went meanwhile is no news.
      one.ifPresent(there -> {
        switch (there) {
          case CacheDetails.Cache cache -> found.caches().add(cache);
          case CacheDetails.NoCache other -> found.others().add(other);
          case CacheDetails.Broken broken -> found.broken().add(broken);
        }
      });
    }
    switch (sort) {
      case TAG -> {}
      case SIZE ->
          found.caches().sort(Comparator.comparingLong(CacheDetails.Cache::size).reversed());
      case AGE ->
          found
              .caches()
              .sort(
                  Comparator.comparing((CacheDetails.Cache cache) -> cache.config().created())
                      .reversed());
    }
    return found;
  }

  private void print(Found found, Sharing sharing) {
    Table table = new Table();
    if (!found.caches().isEmpty()) {
      table.row("TAG", "KEY", "PLATFORM", "AGE", "SIZE", "SHARED", "ALONE");
    }
    Instant now = Instant.now();
    for (CacheDetails.Cache cache : found.caches()) {
      long shared = sharing.shared(cache);
      table.row(
          cache.tag().value(),
          cache.key().map(key -> key.hex().substring(0, SHORT_KEY)).orElse("-"),
          cache.config().platform().isStated() ? cache.config().platform().toString() : "-",
          Age.of(cache.config().created(), now),
          Amounts.bytes(cache.size()),
          Amounts.bytes(shared),
          Amounts.bytes(cache.size() - shared));
    }
    found.broken().forEach(broken -> table.row(broken.tag().value(), "broken: " + broken.why()));
    if (all) {
      found.others().forEach(other -> table.row(other.tag().value(), "not a cache"));
    }
    table.print(session.output());
    session.output().line(summary(found, sharing));
  }

  private String summary(Found found, Sharing sharing) {
    long images = Sharing.images(found.caches());
    StringBuilder text = new StringBuilder();
    if (found.caches().isEmpty()) {
      text.append("no caches");
    } else {
      text.append(images == 1 ? "1 cache" : images + " caches")
          .append(
              found.caches().size() == 1
                  ? " in 1 tag, "
                  : " in " + found.caches().size() + " tags, ")
          .append(Amounts.bytes(sharing.stored()))
          .append(" in all");
    }
    int others = found.others().size();
    if (others > 0) {
      text.append(others == 1 ? "; 1 tag is no cache" : "; " + others + " tags are no caches")
          .append(all ? "" : others == 1 ? " (--all lists it)" : " (--all lists them)");
    }
    if (!found.broken().isEmpty()) {
      text.append("; broken: ").append(found.broken().size());
    }
    return text.toString();
  }

  private static ObjectNode json(Store store, Found found, Sharing sharing) {
    ObjectNode root = Json.object();
    root.put("repository", store.toString());
    root.put("stored", sharing.stored());
    ArrayNode caches = root.putArray("caches");
    for (CacheDetails.Cache cache : found.caches()) {
      long shared = sharing.shared(cache);
      ObjectNode node = caches.addObject();
      node.put("tag", cache.tag().value());
      node.put("digest", cache.digest().toString());
      cache.key().ifPresentOrElse(key -> node.put("key", key.hex()), () -> node.putNull("key"));
      node.put("os", cache.config().platform().os());
      node.put("architecture", cache.config().platform().architecture());
      Instant created = cache.config().created();
      if (Age.isKnown(created)) {
        node.put("created", created.toString());
      } else {
        node.putNull("created");
      }
      node.put("layers", cache.layers().size());
      node.put("size", cache.size());
      node.put("shared", shared);
      node.put("alone", cache.size() - shared);
    }
    ArrayNode others = root.putArray("others");
    found.others().forEach(other -> others.add(other.tag().value()));
    ArrayNode broken = root.putArray("broken");
    found
        .broken()
        .forEach(one -> broken.addObject().put("tag", one.tag().value()).put("why", one.why()));
    return root;
  }
}
