package dev.stepcache.cli;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.LayoutFile;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagDocument;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.store.TagLister;
import dev.stepcache.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a folder that was copied from a bucket a layout that every tool reads. */
@Command(
    name = "index",
    description = {
      "Makes a folder that was copied from a bucket an OCI image layout that other tools read, and"
          + " file://: writes its index.json from its tags. Run it again after each copy."
    },
    footer = {
      "",
      "Example: look at a bucket's caches with other tools",
      "  aws s3 sync --delete --exclude index.json s3://bucket/cache /caches",
      "  stepcache index /caches"
    })
public final class IndexCommand implements Callable<Integer> {
  private static final int LARGEST_LAYOUT_FILE = 4096;

  private final Session session;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  @SuppressWarnings("UnusedVariable") // Picocli ends the command where it is set.
  private boolean help;

  @Parameters(
      paramLabel = "FOLDER",
      description = "What was a folder of a bucket, with oci-layout, blobs and tags.")
  private Path folder = Path.of("");

  private int lacking;

  /**
   * @param session that the store is opened in
   */
  public IndexCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Path layout = folder.toAbsolutePath().normalize();
    StoreReference reference = StoreReference.parse("file://" + layout + ":latest");
    return session.run(new ConnectionOptions(), reference, store -> index(layout, store));
  }

  private int index(Path layout, Store store) throws IOException {
    check(layout);
    NavigableSet<Tag> tags = tags(layout.resolve("tags"));
    for (Tag tag : tags) {
      try {
        indexTag(tag, TagDocument.parse(read(layout.resolve("tags").resolve(tag.value()))), store);
      } catch (StoreException.BlobsUnknown e) {
        leftOut(tag, e.blobs().size() + " of its blobs are not there");
      } catch (StoreException.Corrupt | MalformedDocumentException e) {
        leftOut(tag, String.valueOf(e.getMessage()));
      }
    }
    int removed = removeOthers(tags, store);
    session
        .output()
        .line(
            (tags.size() - lacking)
                + " tags in "
                + Printable.of(layout + "/index.json")
                + (removed == 0 ? "" : ", " + removed + " of before removed")
                + (lacking == 0 ? "" : "; left out: " + lacking));
    return lacking == 0 ? ExitCode.WELL : ExitCode.WRONG;
  }

  private static void check(Path layout) throws IOException {
    boolean known;
    try {
      known =
          LayoutFile.isKnown(readAtMost(LARGEST_LAYOUT_FILE, layout.resolve(LayoutFile.NAME)))
              && Files.isDirectory(layout.resolve("tags"));
    } catch (NoSuchFileException e) {
      known = false;
    }
    if (!known) {
      throw new Session.CacheTrouble(
          Reason.NOT_A_CACHE,
          layout + " is no copy of a bucket's folder: it has no oci-layout, or no tags");
    }
  }

  private static NavigableSet<Tag> tags(Path folder) throws IOException {
    NavigableSet<Tag> tags = new TreeSet<>(Comparator.comparing(Tag::value));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      for (Path file : files) {
        try {
          tags.add(new Tag(file.getFileName().toString()));
        } catch (IllegalArgumentException e) {
          // What a copy of a bucket may have beside: what no tag is called.
        }
      }
    }
    return tags;
  }

  private static byte[] read(Path file) throws IOException {
    return readAtMost(TagDocument.LARGEST, file);
  }

  private static byte[] readAtMost(int most, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most);
    }
  }

  private void indexTag(Tag tag, TagDocument document, Store store) throws IOException {
    Digest digest = document.manifest().digest();
    MediaType type = document.manifest().mediaType();
    Optional<byte[]> content =
        document.content().isPresent()
            ? document.content()
            : store.manifest(digest).map(StoredManifest::content);
    if (content.isEmpty()) {
      leftOut(tag, "its manifest is not there");
      return;
    }
    store.put(tag, type, content.get());
  }

  private void leftOut(Tag tag, String why) {
    lacking++;
    session.output().error("left out: " + tag + ": " + why);
  }

  /** What the bucket has not any more. */
  private static int removeOthers(NavigableSet<Tag> tags, Store store) throws IOException {
    Optional<SortedSet<Tag>> indexed = store.offers(TagLister.class).orElseThrow().tags();
    Deleter deleter = store.offers(Deleter.class).orElseThrow();
    int removed = 0;
    for (Tag tag : indexed.isPresent() ? indexed.get() : tags) {
      Optional<StoredManifest> image = tags.contains(tag) ? Optional.empty() : store.manifest(tag);
      if (image.isPresent()
          && deleter.deleteTag(tag, image.get().digest()) instanceof DeletionOutcome.Done) {
        removed++;
      }
    }
    return removed;
  }
}
