package dev.stepcache.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.disk.RefusedEntryException;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.text.Amounts;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.Workers;
import dev.stepcache.tree.IllegalNameException;
import dev.stepcache.unpack.LayerListing;
import dev.stepcache.unpack.VisibilityCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Whether a cache is whole. */
@Command(
    name = "verify",
    description = {
      "Reads all of a cache, and holds each blob to its digest, and the layers to the index. Lists"
          + " what is broken; exit code 1 if anything is."
    },
    footer = {
      "",
      "Example: can what is stored be restored?",
      "  stepcache verify file:///caches/go:latest"
    })
final class VerifyCommand implements Callable<Integer> {
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
   * A part of a cache.
   *
   * @param name such as {@code layer 1}
   * @param digest of the blob; empty where the layers do not agree with the index
   */
  private record Part(String name, Optional<Digest> digest) {
    static Part of(List<Descriptor> layers, int number) {
      return new Part(
          number == layers.size() - 1 ? "index layer" : "layer " + (number + 1),
          Optional.of(layers.get(number).digest()));
    }

    @Override
    public String toString() {
      return name + digest.map(blob -> " " + blob).orElse("");
    }
  }

  /** What is broken, and how. */
  private record Damage(Part part, String why) {}

  private final List<Damage> broken = new CopyOnWriteArrayList<>();

  VerifyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return session.run(connection, reference, this::verify);
  }

  private int verify(Store store) throws IOException {
    StoredCache cache = StoredCache.open(store, reference);
    List<Descriptor> layers = cache.manifest().layers();
    MemoryBudget memory = new MemoryBudget(Resources.ofThisJvm());
    Optional<CacheImage> image =
        attempt(
            new Part("config", Optional.of(cache.manifest().config().digest())),
            () -> ImageReader.image(cache.reads(), cache.manifest()));
    Optional<IndexLayer> index = Optional.empty();
    if (image.isPresent()) {
      index = attempt(Part.of(layers, layers.size() - 1), () -> index(cache, image.get(), memory));
    }
    if (image.isPresent() && index.isPresent()) {
      readLayers(cache, image.get(), index.get(), memory);
    } else {
      // Nobody can say what they should hold: each is at least held to its digest.
      int unread = image.isPresent() ? layers.size() - 1 : layers.size();
      each(
          unread,
          number -> {
            var _ =
                attempt(
                    Part.of(layers, number),
                    () -> cache.reads().read(layers.get(number), blob -> true));
          });
    }
    return told(cache);
  }

  private static IndexLayer index(StoredCache cache, CacheImage image, MemoryBudget memory)
      throws IOException {
    IndexLayer index = ImageReader.index(cache.reads(), image.index().orElseThrow(), memory);
    image.check(index);
    return index;
  }

  private void readLayers(
      StoredCache cache, CacheImage image, IndexLayer index, MemoryBudget memory)
      throws IOException {
    AtomicLong bytes = new AtomicLong();
    LayerListing listing =
        new LayerListing(
            new UnpackLimits(Long.MAX_VALUE, memory), (name, size) -> bytes.addAndGet(size));
    VisibilityCheck check = new VisibilityCheck(index, memory);
    each(
        image.content().size(),
        number -> {
          Descriptor blob = image.content().get(number).blob();
          LayerCompression compression = image.content().get(number).compression();
          var _ =
              attempt(
                  Part.of(cache.manifest().layers(), number),
                  () ->
                      cache
                          .reads()
                          .read(
                              blob,
                              in -> {
                                listing.read(in, compression, index.index(), number, check);
                                return true;
                              }));
        });
    if (broken.isEmpty()) {
      var _ =
          attempt(
              new Part("index", Optional.empty()),
              () -> {
                check.verify();
                if (bytes.get() != index.index().bytes()) {
                  throw new CorruptArchiveException(
                      "it says "
                          + index.index().bytes()
                          + " bytes of files, the layers have "
                          + bytes.get());
                }
                return true;
              });
    }
  }

  private static void each(int count, Workers.NumberedTask task) throws IOException {
    Workers.runEach(count, Resources.ofThisJvm().workers(), task);
  }

  private int told(StoredCache cache) {
    List<Descriptor> layers = cache.manifest().layers();
    long bytes = layers.stream().mapToLong(Descriptor::size).sum();
    if (format.isJson()) {
      print(cache, bytes);
    } else if (broken.isEmpty()) {
      session
          .output()
          .line(
              "whole: "
                  + reference.with(cache.digest())
                  + ": manifest, config and "
                  + layers.size()
                  + (layers.size() == 1 ? " layer" : " layers")
                  + ", "
                  + Amounts.bytes(bytes)
                  + ", are what their digests say, and the layers what the index says");
    } else {
      broken.forEach(
          damage -> session.output().line("broken: " + damage.part() + ": " + damage.why()));
    }
    if (broken.isEmpty()) {
      return ExitCode.WELL;
    }
    session
        .output()
        .error(
            reference
                + " is broken, in "
                + (broken.size() == 1 ? "1 place" : broken.size() + " places")
                + ". The next upload of its key, after a fetch in the same pod, replaces it; or"
                + " delete the tag");
    return ExitCode.WRONG;
  }

  private void print(StoredCache cache, long bytes) {
    ObjectNode root = Json.newObject();
    root.put("reference", reference.toString());
    root.put("digest", cache.digest().toString());
    root.put("whole", broken.isEmpty());
    root.put("layers", cache.manifest().layers().size());
    root.put("size", bytes);
    ArrayNode list = root.putArray("broken");
    for (Damage damage : broken) {
      ObjectNode node = list.addObject().put("part", damage.part().name());
      damage
          .part()
          .digest()
          .ifPresentOrElse(blob -> node.put("blob", blob.toString()), () -> node.putNull("blob"));
      node.put("why", damage.why());
    }
    session.output().out().println(new String(Json.bytes(root), StandardCharsets.UTF_8));
  }

  /** Something that shows whether a part is whole. */
  private interface Check<T> {
    T made() throws IOException;
  }

  /** Takes down what is broken; what only could not be had now ends the command. */
  private <T> Optional<T> attempt(Part part, Check<T> check) throws IOException {
    try {
      return Optional.of(check.made());
    } catch (IllegalNameException e) {
      broken.add(new Damage(part, Trouble.of(e).message()));
    } catch (StoreException.Corrupt
        | StoreException.Rejected
        | BrokenContentException
        | MalformedDocumentException
        | CorruptArchiveException
        | RefusedEntryException e) {
      broken.add(new Damage(part, String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }
}
