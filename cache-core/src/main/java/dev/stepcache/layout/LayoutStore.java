package dev.stepcache.layout;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.store.Sweeper;
import dev.stepcache.store.TagLister;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * An OCI image layout in a folder (OCI image specification, image layout). Any number of processes
 * may use it at once. A folder that is not there holds nothing, and is made by the first upload;
 * whoever only reads writes nothing. Mounts nothing: folders share nothing, since whoever may write
 * to one might change what another has.
 */
public final class LayoutStore implements Store, TagLister, Deleter, Sweeper {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path folder;
  private final BlobFolder blobs;
  private final IndexFile index;

  /**
   * @param folder absolute
   */
  public LayoutStore(Path folder) {
    this(folder, PATIENCE);
  }

  LayoutStore(Path folder, Duration patience) {
    this.folder = folder;
    this.blobs = new BlobFolder(folder);
    this.index = new IndexFile(folder, patience);
  }

  @Override
  public Lookup lookUp(TagOrDigest selector) throws IOException {
    String operation = operation("read", selector);
    return switch (selector) {
      case Tag tag -> {
        Optional<Descriptor> found = index.find(tag, operation);
        if (found.isEmpty()) {
          yield new Lookup.Absent(Lookup.Why.MANIFEST);
        }
        byte[] content =
            blobs
                .read(found.get().digest(), Manifest.LARGEST, operation)
                .orElseThrow(() ->
                    new StoreException.Missing(
                        operation + ": the manifest that index.json names is not there"));
        yield new Lookup.Found(stored(found.get().digest(), found.get().mediaType(), content));
      }
      case Digest digest -> {
        Optional<byte[]> content = blobs.read(digest, Manifest.LARGEST, operation);
        yield Lookup.of(content.map(bytes -> stored(digest, MediaType.parse(""), bytes)));
      }
    };
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
    return blobs.has(blob);
  }

  @Override
  public void upload(Descriptor blob, BlobSource source) throws IOException {
    blobs.write(blob, source, operation("upload", blob.digest()));
  }

  @Override
  public void put(Tag tag, MediaType mediaType, byte[] manifest) throws IOException {
    String operation = operation("save", tag);
    Descriptor descriptor = Descriptor.of(mediaType, manifest);
    blobs.write(descriptor, () -> new ByteArrayInputStream(manifest), operation);
    try (LayoutLock _ = lock(operation)) {
      // Whoever sweeps holds the lock too: what is there now is named before he looks again.
      if (!blobs.has(descriptor)) {
        blobs.write(descriptor, () -> new ByteArrayInputStream(manifest), operation);
      }
      checkBlobs(mediaType, manifest, operation);
      index.put(tag, descriptor, operation);
    }
  }

  private LayoutLock lock(String operation) throws IOException {
    try {
      return index.lock(operation);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
  }

  private void checkBlobs(MediaType type, byte[] document, String operation) throws StoreException {
    Manifest manifest;
    try {
      manifest = Manifest.parse(document, type);
    } catch (MalformedDocumentException e) {
      // An index, or of another tool: it names what it names.
      return;
    }
    Set<Digest> lacking = new HashSet<>();
    for (Descriptor layer : manifest.layers()) {
      if (!blobs.isThere(layer.digest())) {
        lacking.add(layer.digest());
      }
    }
    if (!blobs.isThere(manifest.config().digest())) {
      lacking.add(manifest.config().digest());
    }
    if (!lacking.isEmpty()) {
      throw new StoreException.BlobsUnknown(
          operation + ": not all blobs that it names are there", lacking);
    }
  }

  /** Under the lock: nobody moves the tag between the look and the deed. */
  @Override
  public DeletionOutcome deleteTag(Tag tag, Digest image) throws IOException {
    String operation = operation("delete", tag);
    // Whoever only finds nothing writes nothing.
    if (index.find(tag, operation).isEmpty()) {
      return new DeletionOutcome.Absent();
    }
    try (LayoutLock _ = lock(operation)) {
      Optional<Descriptor> now = index.find(tag, operation);
      if (now.isEmpty()) {
        return new DeletionOutcome.Absent();
      }
      if (!now.get().digest().equals(image)) {
        return new DeletionOutcome.Moved(now.get().digest());
      }
      index.remove(tag, operation);
      return new DeletionOutcome.Done();
    } catch (StoreException.Unauthorized e) {
      return new DeletionOutcome.Refused(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public DeletionOutcome deleteImage(Digest image) {
    return new DeletionOutcome.Unsupported(
        operation("delete", image) + ": a folder's images go with their last tag");
  }

  @Override
  public Swept sweep(Duration grace) throws IOException {
    return new Sweep(blobs, index, "sweep " + this).run(grace);
  }

  /** A folder without an index is no repository. */
  @Override
  public Optional<SortedSet<Tag>> tags() throws IOException {
    return index.tags("list the tags of " + this);
  }

  private String operation(String verb, TagOrDigest selector) {
    return verb
        + " file://"
        + folder
        + switch (selector) {
          case Tag tag -> ":" + tag;
          case Digest digest -> "@" + digest;
        };
  }

  @Override
  public String toString() {
    return "file://" + folder;
  }

  @Override
  public void close() {}
}
