package dev.stepcache.cli;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.disk.RefusedEntryException;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.WrongContentException;
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

  /** What is broken, a line each. */
  private final List<String> broken = new CopyOnWriteArrayList<>();

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
            "config " + cache.manifest().config().digest(),
            () -> ImageReader.image(cache.reads(), cache.manifest()));
    Optional<IndexLayer> index = Optional.empty();
    if (image.isPresent()) {
      index = attempt(name(layers, layers.size() - 1), () -> index(cache, image.get(), memory));
    }
    if (image.isPresent() && index.isPresent()) {
      verify(cache, image.get(), index.get(), memory);
    } else {
      // Nobody can say what they should hold: each is at least held to its digest.
      int unread = image.isPresent() ? layers.size() - 1 : layers.size();
      each(
          unread,
          number -> {
            var _ =
                attempt(
                    name(layers, number),
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

  private void verify(StoredCache cache, CacheImage image, IndexLayer index, MemoryBudget memory)
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
                  name(cache.manifest().layers(), number),
                  () ->
                      cache
                          .reads()
                          .read(
                              blob,
                              in -> {
                                listing.content(in, compression, index.index(), number, check);
                                return true;
                              }));
        });
    if (broken.isEmpty()) {
      var _ =
          attempt(
              "index",
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
    if (broken.isEmpty()) {
      long bytes = layers.stream().mapToLong(Descriptor::size).sum();
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
      return ExitCode.WELL;
    }
    broken.forEach(line -> session.output().line("broken: " + line));
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

  private static String name(List<Descriptor> layers, int number) {
    return (number == layers.size() - 1 ? "index layer " : "layer " + (number + 1) + " ")
        + layers.get(number).digest();
  }

  /** Something that shows whether a part is whole. */
  private interface Check<T> {
    T made() throws IOException;
  }

  /** Takes down what is broken; what only could not be had now ends the command. */
  private <T> Optional<T> attempt(String part, Check<T> check) throws IOException {
    try {
      return Optional.of(check.made());
    } catch (IllegalNameException e) {
      broken.add(part + ": " + Trouble.of(e).message());
    } catch (StoreException.Corrupt
        | StoreException.Rejected
        | WrongContentException
        | MalformedDocumentException
        | CorruptArchiveException
        | RefusedEntryException e) {
      broken.add(part + ": " + e.getMessage());
    }
    return Optional.empty();
  }
}
