package dev.stepcache.objects;

import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagDocument;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.TagLister;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** The tags of a repository, each an object that names a manifest. */
record TagObjects(Bucket bucket, LayoutNames names) {
  /**
   * @param version of its object
   */
  record Stored(TagDocument document, String version) {}

  Optional<Stored> read(Tag tag, String operation) throws IOException {
    Optional<ObjectContent> object = bucket.read(names.tag(tag), TagDocument.LARGEST, operation);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Stored(TagDocument.parse(object.get().bytes()), object.get().version()));
    } catch (MalformedDocumentException e) {
      throw new StoreException.Corrupt(operation + ": " + e.getMessage(), e);
    }
  }

  /** Whoever writes last is right: what they name is there. */
  void write(Tag tag, TagDocument document, String operation) throws IOException {
    Written _ =
        bucket.put(
            names.tag(tag),
            Payload.of("application/json", document.toJson(tag)),
            Condition.NONE,
            operation);
  }

  Removed delete(Tag tag, String version, String operation) throws IOException {
    return bucket.delete(names.tag(tag), new Condition.Unchanged(version), operation);
  }

  /** Each tag's object; what else lies there is left out. */
  void each(Consumer<ObjectState> objects, String operation) throws IOException {
    Optional<String> after = Optional.empty();
    int count = 0;
    do {
      ListedObjects page = bucket.list(names.tags(), after, operation);
      for (ObjectState object : page.objects()) {
        if (names.tagOf(object.name()).isPresent()) {
          if (++count > TagLister.MOST) {
            throw new StoreException.Rejected(
                operation + ": has more than " + TagLister.MOST + " tags");
          }
          objects.accept(object);
        }
      }
      after = page.next();
    } while (after.isPresent());
  }
}
