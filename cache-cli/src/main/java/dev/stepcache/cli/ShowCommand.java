package dev.stepcache.cli;

import dev.stepcache.format.CacheImage;
import dev.stepcache.format.CacheLayer;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.text.Amounts;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.Workers;
import dev.stepcache.unpack.LayerListing;
import dev.stepcache.unpack.VisibilityCheck;
import java.io.IOException;
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
final class ShowCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(
      paramLabel = "REFERENCE",
      converter = References.OfACache.class,
      description = "oci://host/repository:tag or file:///folder:tag, or with @digest")
  private StoreReference reference = StoreReference.parse("file:///");

  ShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return session.run(connection, reference, this::show);
  }

  private int show(Store store) throws IOException {
    StoredCache cache = StoredCache.open(store, reference);
    Resources resources = Resources.ofThisJvm();
    MemoryBudget memory = new MemoryBudget(resources);
    CacheImage image = ImageReader.image(cache.reads(), cache.manifest());
    ImageConfig config =
        ImageConfig.parse(ImageReader.config(cache.reads(), cache.manifest().config()));
    IndexLayer layer = ImageReader.index(cache.reads(), image.index().orElseThrow(), memory);
    image.check(layer);
    FolderTree folders = new FolderTree();
    LayerListing listing = new LayerListing(new UnpackLimits(Long.MAX_VALUE, memory), folders::add);
    VisibilityCheck check = new VisibilityCheck(layer, memory);
    Workers.runEach(
        image.content().size(),
        resources.workers(),
        number -> {
          CacheLayer content = image.content().get(number);
          boolean _ =
              cache
                  .reads()
                  .read(
                      content.blob(),
                      blob -> {
                        listing.content(blob, content.compression(), layer.index(), number, check);
                        return true;
                      });
        });
    print(cache, image, config, layer.index(), folders);
    return ExitCode.WELL;
  }

  private void print(
      StoredCache cache,
      CacheImage image,
      ImageConfig config,
      TreeIndex index,
      FolderTree folders) {
    long stored = cache.manifest().layers().stream().distinct().mapToLong(Descriptor::size).sum();
    Table facts = new Table();
    facts
        .row("cache", reference.toString())
        .row("digest", cache.digest().toString())
        .row("format", Integer.toString(cache.format()))
        .row(
            "platform", config.platform().isStated() ? config.platform().toString() : "none stated")
        .row("key", image.key().map(CacheKey::hex).orElse("none"))
        .row("created", Age.isKnown(config.created()) ? config.created().toString() : "unknown")
        .row(
            "paths",
            index.paths().isEmpty() ? "one, without a name" : String.join(", ", index.paths()))
        .row("entries", String.format(Locale.ROOT, "%,d", index.files()))
        .row("bytes", Amounts.bytes(index.bytes()) + ", stored as " + Amounts.bytes(stored));
    facts.print(session.output());
    session.output().line("");
    Table layers = new Table().row("LAYER", "SIZE", "LIVE", "DEAD");
    for (int at = 0; at < image.content().size(); at++) {
      TreeIndex.Layer content = index.layers().get(at);
      int live = content.live().cardinality();
      layers.row(
          image.content().get(at).blob().digest().toString(),
          Amounts.bytes(image.content().get(at).blob().size()),
          share(live, content.entries()),
          share(content.entries() - live, content.entries()));
    }
    CacheLayer last = image.index().orElseThrow();
    layers.row(last.blob().digest().toString(), Amounts.bytes(last.blob().size()), "index");
    layers.print(session.output());
    session.output().line("");
    Table tree = new Table().row("LARGEST FOLDERS", "BYTES");
    folders.addTo(tree);
    tree.print(session.output());
  }

  private static String share(int part, int all) {
    return all == 0
        ? "-"
        : String.format(
            Locale.ROOT, "%,d of %,d (%d %%)", part, all, Math.round(100.0 * part / all));
  }
}
