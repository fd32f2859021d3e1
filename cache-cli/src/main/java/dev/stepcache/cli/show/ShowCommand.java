package dev.stepcache.cli.show;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.cli.Age;
import dev.stepcache.cli.ConnectionOptions;
import dev.stepcache.cli.ExitCode;
import dev.stepcache.cli.FormatOption;
import dev.stepcache.cli.Output;
import dev.stepcache.cli.References;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.StoredCache;
import dev.stepcache.cli.Table;
import dev.stepcache.format.CacheLayer;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Json;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.text.Amounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What is in one cache. */
@Command(
    name = "show",
    description = {
      "Shows what is in a cache: its key, its layers and how much of each is still live, and its"
          + " largest folders. Reads all of it."
    },
    footer = {
      "",
      "Example: what makes the newest cache so large?",
      "  stepcache show oci://registry.example.com/team/cache:latest"
    })
public final class ShowCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(
      paramLabel = "REFERENCE",
      converter = References.OfACache.class,
      description =
          "oci://host/repository:tag, s3://bucket/folder:tag (also gs://, azblob://) or"
              + " file:///folder:tag, or with @digest")
  private StoreReference reference = StoreReference.parse("file:///");

  @Mixin private FormatOption format = new FormatOption();

  /**
   * @param session that the store is opened in
   */
  public ShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return session.run(connection, reference, this::show);
  }

  private int show(Store store) throws IOException {
    CacheContents cache = CacheContents.read(StoredCache.open(store, reference), reference);
    if (format.isJson()) {
      session
          .output()
          .out()
          .println(new String(Json.bytes(document(cache)), StandardCharsets.UTF_8));
    } else {
      print(cache);
    }
    return ExitCode.WELL;
  }

  private void print(CacheContents cache) {
    Output output = session.output();
    new Table()
        .row("cache", reference.toString())
        .row("digest", cache.stored().digest().toString())
        .row("format", Integer.toString(cache.stored().format()))
        .row(
            "platform",
            cache.config().platform().isStated()
                ? cache.config().platform().toString()
                : "none stated")
        .row("key", cache.image().key().map(CacheKey::hex).orElse("none"))
        .row(
            "created",
            Age.isKnown(cache.config().created()) ? cache.config().created().toString() : "unknown")
        .row("saved", cache.index().uses().map(uses -> uses.savedAt().toString()).orElse("unknown"))
        .row(
            "paths",
            cache.index().paths().isEmpty()
                ? "one, without a name"
                : String.join(", ", cache.index().paths()))
        .row("entries", String.format(Locale.ROOT, "%,d", cache.index().files()))
        .row(
            "bytes",
            Amounts.bytes(cache.index().bytes()) + ", stored as " + Amounts.bytes(cache.size()))
        .row("saves", "~" + cache.generations() + " lie in its layers")
        .row("dead", share(cache.dead(), cache.entries()))
        .print(output);
    output.line("");
    Table layers = Table.under("LAYER", "SIZE", "SAVE", "LIVE", "DEAD");
    for (CacheContents.Layer layer : cache.layers()) {
      layers.row(
          layer.blob().digest().toString(),
          Amounts.bytes(layer.blob().size()),
          "~" + layer.generation(),
          share(layer.live(), layer.entries()),
          share(layer.dead(), layer.entries()));
    }
    CacheLayer last = cache.image().index().orElseThrow();
    layers.row(last.blob().digest().toString(), Amounts.bytes(last.blob().size()), "index");
    layers.print(output);
    output.line("");
    Table tree = Table.under("LARGEST FOLDERS", "BYTES");
    cache.folders().addTo(tree);
    tree.print(output);
    cache.index().uses().ifPresent(uses -> new UnusedUnits(uses).print(output));
  }

  private static String share(long part, long all) {
    return all == 0
        ? "-"
        : String.format(
            Locale.ROOT, "%,d of %,d (%d %%)", part, all, Math.round(100.0 * part / all));
  }

  private ObjectNode document(CacheContents cache) {
    ObjectNode root = Json.newObject();
    root.put("reference", reference.toString());
    root.put("digest", cache.stored().digest().toString());
    root.put("format", cache.stored().format());
    cache
        .image()
        .key()
        .ifPresentOrElse(key -> root.put("key", key.hex()), () -> root.putNull("key"));
    root.put("os", cache.config().platform().os());
    root.put("architecture", cache.config().platform().architecture());
    if (Age.isKnown(cache.config().created())) {
      root.put("created", cache.config().created().toString());
    } else {
      root.putNull("created");
    }
    cache
        .index()
        .uses()
        .ifPresentOrElse(
            uses -> root.put("saved", uses.savedAt().toString()), () -> root.putNull("saved"));
    ArrayNode paths = root.putArray("paths");
    cache.index().paths().forEach(paths::add);
    root.put("files", cache.index().files());
    root.put("bytes", cache.index().bytes());
    root.put("size", cache.size());
    root.put("saves", cache.generations());
    root.put("entries", cache.entries());
    root.put("dead", cache.dead());
    ArrayNode layers = root.putArray("layers");
    for (CacheContents.Layer layer : cache.layers()) {
      layers
          .addObject()
          .put("digest", layer.blob().digest().toString())
          .put("size", layer.blob().size())
          .put("save", layer.generation())
          .put("entries", layer.entries())
          .put("live", layer.live());
    }
    CacheLayer last = cache.image().index().orElseThrow();
    root.putObject("index")
        .put("digest", last.blob().digest().toString())
        .put("size", last.blob().size());
    cache.folders().addTo(root.putArray("folders"));
    cache
        .index()
        .uses()
        .ifPresentOrElse(uses -> new UnusedUnits(uses).addTo(root), () -> root.putNull("unused"));
    return root;
  }
}
