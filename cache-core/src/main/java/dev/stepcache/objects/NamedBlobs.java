package dev.stepcache.objects;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.LayoutDocument;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagDocument;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The blobs that the tags of a repository lead to, or led to since a sweep began. */
final class NamedBlobs {
  private final TagObjects tags;
  private final BlobObjects blobs;
  private final String operation;

  /** By the names of their objects, what they were when they were read. */
  private final Map<String, String> versions = new HashMap<>();

  private final Set<String> named = new HashSet<>();

  NamedBlobs(TagObjects tags, BlobObjects blobs, String operation) {
    this.tags = tags;
    this.blobs = blobs;
    this.operation = operation;
  }

  boolean has(Digest blob) {
    return named.contains(blob.hex());
  }

  /**
   * Reads the tags that are new, or that were written since.
   *
   * @throws StoreException.Rejected where one cannot be understood
   */
  void readTags() throws IOException {
    List<ObjectState> changed = new ArrayList<>();
    tags.each(
        object -> {
          if (!object.version().equals(versions.get(object.name()))) {
            changed.add(object);
          }
        },
        operation);
    for (ObjectState object : changed) {
      Optional<Tag> tag = tags.names().tagOf(object.name());
      if (tag.isPresent()) {
        read(tag.get());
        versions.put(object.name(), object.version());
      }
    }
  }

  private void read(Tag tag) throws IOException {
    Optional<TagObjects.Stored> stored;
    try {
      stored = tags.read(tag, operation);
    } catch (StoreException.Corrupt e) {
      throw notUnderstood("the tag " + tag, e);
    }
    if (stored.isEmpty()) {
      return;
    }
    TagDocument document = stored.get().document();
    Deque<Descriptor> documents = new ArrayDeque<>();
    named.add(document.manifest().digest().hex());
    if (document.content().isPresent()) {
      take(document.content().get(), "the tag " + tag, documents);
    } else {
      documents.add(document.manifest());
    }
    while (!documents.isEmpty()) {
      Digest digest = documents.remove().digest();
      Optional<byte[]> content;
      try {
        content = blobs.read(digest, Manifest.LARGEST, operation);
      } catch (StoreException.Corrupt e) {
        // What it named nobody can tell, and nobody can read it again.
        continue;
      }
      if (content.isPresent()) {
        take(content.get(), digest.toString(), documents);
      }
    }
  }

  private void take(byte[] document, String name, Deque<Descriptor> documents)
      throws StoreException {
    LayoutDocument names;
    try {
      names = LayoutDocument.parse(document);
    } catch (MalformedDocumentException e) {
      throw notUnderstood(name, e);
    }
    names.content().forEach(blob -> named.add(blob.digest().hex()));
    for (Descriptor one : names.documents()) {
      if (named.add(one.digest().hex())) {
        documents.add(one);
      }
    }
  }

  private StoreException notUnderstood(String name, IOException why) {
    return new StoreException.Rejected(
        operation
            + ": "
            + name
            + " cannot be understood ("
            + why.getMessage()
            + "), so nobody knows which blobs it needs: no more was removed");
  }
}
