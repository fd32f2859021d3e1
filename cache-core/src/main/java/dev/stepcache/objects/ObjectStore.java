package dev.stepcache.objects;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagDocument;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.store.Archives;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Preflight;
import dev.stepcache.store.Readiness;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.store.Sweeper;
import dev.stepcache.store.TagLister;
import dev.stepcache.store.TagTimes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An OCI image layout (OCI image specification, image layout) in a folder of a bucket, whose tags
 * are an object each instead of one {@code index.json} (docs/format.md, caches in buckets). A tag
 * is written last, once all that its manifest names is there, so that whoever finds it finds all.
 * No two writers meet but at a tag, which names the image of the one that came last. Mounts
 * nothing: folders share nothing. Neither a fetch nor an upload lists anything.
 */
public final class ObjectStore
    implements Store, Preflight, Archives, TagLister, TagTimes, Deleter, Sweeper {
  /** A tag that changes more often than this while it is deleted is left alone. */
  private static final int DELETIONS = 5;

  /** More at a time would be more than a dead store may cost (docs/promises.md, 7). */
  private static final int MOST_ASKING = 4;

  /** A new connection takes up to three round trips before its first request. */
  private static final int WORTH_CONNECTING = 3;

  private final Bucket bucket;
  private final String location;
  private final LayoutObject layout;
  private final BlobObjects blobs;
  private final TagObjects tags;
  private final PathObjects others;
  private final SideBySide sideBySide;

  /**
   * @param bucket is closed with the store
   * @param folder without slashes at its ends; empty for the whole bucket
   */
  public ObjectStore(Bucket bucket, String folder, SideBySide sideBySide) {
    LayoutNames names = new LayoutNames(folder);
    this.bucket = bucket;
    this.location = bucket + (folder.isEmpty() ? "" : "/" + folder);
    this.layout = new LayoutObject(bucket, names, location);
    this.blobs = new BlobObjects(bucket, names);
    this.tags = new TagObjects(bucket, names);
    this.others = new PathObjects(bucket, folder);
    this.sideBySide = sideBySide;
  }

  @Override
  public Lookup lookUp(TagOrDigest selector) throws IOException {
    String operation = operation("read", selector);
    return switch (selector) {
      case Tag tag -> {
        Optional<TagObjects.Stored> found = tags.read(tag, operation);
        yield found.isPresent()
            ? new Lookup.Found(manifest(found.get().document(), operation))
            : new Lookup.Absent(Lookup.Why.MANIFEST);
      }
      case Digest digest ->
          Lookup.of(
              blobs
                  .read(digest, Manifest.LARGEST, operation)
                  .map(content -> stored(digest, MediaType.parse(""), content)));
    };
  }

  private StoredManifest manifest(TagDocument document, String operation) throws IOException {
    Descriptor manifest = document.manifest();
    Optional<byte[]> content = document.content();
    if (content.isEmpty()) {
      content = blobs.read(manifest.digest(), Manifest.LARGEST, operation);
    }
    return stored(
        manifest.digest(),
        manifest.mediaType(),
        content.orElseThrow(() ->
            new StoreException.Missing(
                operation + ": the manifest that the tag names is not there")));
  }

  private static StoredManifest stored(Digest digest, MediaType named, byte[] content) {
    MediaType type =
        named.isVague() ? Manifest.type(content).orElse(MediaType.OCI_MANIFEST) : named;
    return new StoredManifest(digest, type, content);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return blobs.open(blob, operation("read", blob.digest()));
  }

  @Override
  public boolean has(Descriptor blob) throws IOException {
    return blobs.has(blob, operation("look for", blob.digest()));
  }

  @Override
  public boolean readsOnce(Descriptor blob) {
    return bucket.readsOnce(blob.size());
  }

  @Override
  public Optional<Archives.Archive> archive(Tag tag) throws IOException {
    return others.find(tag, operation("look beside", tag));
  }

  @Override
  public Readiness readiness(Lookup seen) throws IOException {
    layout.claim("save to " + location);
    return new Readiness.Ready();
  }

  @Override
  public void upload(Descriptor blob, BlobSource source) throws IOException {
    String operation = operation("upload", blob.digest());
    layout.claim(operation);
    blobs.write(blob, source, operation);
  }

  /**
   * {@inheritDoc} Whether the blobs are there is asked before the tag is written, so that whoever
   * is killed leaves no tag without them; and after it, since a sweep may have taken some that
   * nothing named until then.
   */
  @Override
  public void put(Tag tag, MediaType mediaType, byte[] manifest) throws IOException {
    String operation = operation("save", tag);
    layout.claim(operation);
    Descriptor descriptor = Descriptor.of(mediaType, manifest);
    List<Descriptor> named = named(mediaType, manifest);
    Task write = () -> blobs.write(descriptor, () -> new ByteArrayInputStream(manifest), operation);
    checkBlobs(named, write, operation);
    tags.write(tag, TagDocument.of(mediaType, manifest), operation);
    AtomicReference<Optional<TagObjects.Stored>> read = new AtomicReference<>(Optional.empty());
    try {
      checkBlobs(
          named,
          () -> {
            read.set(tags.read(tag, operation));
            if (!blobs.has(descriptor, operation)) {
              write.run();
            }
          },
          operation);
    } catch (StoreException.BlobsUnknown e) {
      Optional<TagObjects.Stored> ours =
          read.get()
              .filter(stored -> stored.document().manifest().digest().equals(descriptor.digest()));
      if (ours.isPresent()) {
        Removed _ = tags.delete(tag, ours.get().version(), operation);
      }
      throw e;
    }
    if (read.get().isEmpty()) {
      throw new StoreException.Rejected(
          operation + ": the bucket took the tag, and has it not; nothing was saved");
    }
  }

  /** Something to do beside other requests. */
  private interface Task {
    void run() throws IOException;
  }

  private static List<Descriptor> named(MediaType type, byte[] document) {
    Manifest manifest;
    try {
      manifest = Manifest.parse(document, type);
    } catch (MalformedDocumentException e) {
      // An index, or of another tool: it names what it names.
      return List.of();
    }
    Set<Descriptor> named = new HashSet<>(manifest.layers());
    named.add(manifest.config());
    return List.copyOf(named);
  }

  /** Asks for all of them, and does something else meanwhile. */
  private void checkBlobs(List<Descriptor> named, Task beside, String operation)
      throws IOException {
    Set<Digest> lacking = ConcurrentHashMap.newKeySet();
    int count = named.size() + 1;
    sideBySide.each(
        count,
        Math.min(MOST_ASKING, 1 + count / WORTH_CONNECTING),
        number -> {
          if (number == 0) {
            beside.run();
          } else if (!blobs.has(named.get(number - 1), operation)) {
            lacking.add(named.get(number - 1).digest());
          }
        });
    if (!lacking.isEmpty()) {
      throw new StoreException.BlobsUnknown(
          operation + ": not all blobs that it names are there", lacking);
    }
  }

  @Override
  public Optional<SortedSet<Tag>> tags() throws IOException {
    String operation = "list the tags of " + location;
    NavigableSet<Tag> found = new TreeSet<>(Comparator.comparing(Tag::value));
    tags.each(object -> tags.names().tagOf(object.name()).ifPresent(found::add), operation);
    if (found.isEmpty()) {
      layout.refuseAnotherTools(operation);
      if (!layout.isThere(operation)) {
        return Optional.empty();
      }
    }
    return Optional.of(found);
  }

  /** A tag is an object of its own, which was written when it was put. */
  @Override
  public Map<Tag, Instant> tagTimes() throws IOException {
    Map<Tag, Instant> times = new HashMap<>();
    tags.each(
        object ->
            tags.names().tagOf(object.name()).ifPresent(tag -> times.put(tag, object.modified())),
        "list the tags of " + location);
    return times;
  }

  @Override
  public DeletionOutcome deleteTag(Tag tag, Digest image) throws IOException {
    String operation = operation("delete", tag);
    for (int attempt = 0; attempt < DELETIONS; attempt++) {
      Optional<TagObjects.Stored> stored = tags.read(tag, operation);
      if (stored.isEmpty()) {
        return new DeletionOutcome.Absent();
      }
      Digest named = stored.get().document().manifest().digest();
      if (!named.equals(image)) {
        return new DeletionOutcome.Moved(named);
      }
      switch (tags.delete(tag, stored.get().version(), operation)) {
        case Removed.Done _ -> {
          return new DeletionOutcome.Done();
        }
        case Removed.Refused(String message) -> {
          return new DeletionOutcome.Refused(message);
        }
        case Removed.Conflict _ -> {
          // Somebody wrote it since: it is looked at again.
        }
      }
    }
    throw new StoreException.Rejected(operation + ": the tag keeps changing; it was left alone");
  }

  @Override
  public DeletionOutcome deleteImage(Digest image) {
    return new DeletionOutcome.Unsupported(
        operation("delete", image) + ": a bucket's images go with their last tag");
  }

  @Override
  public Swept sweep(Duration grace) throws IOException {
    return new ObjectSweep(bucket, layout, blobs, tags, "sweep " + location).run(grace);
  }

  private String operation(String verb, TagOrDigest selector) {
    return verb + " " + location + selector.suffix();
  }

  @Override
  public String toString() {
    return location;
  }

  @Override
  public void close() {
    bucket.close();
  }
}
