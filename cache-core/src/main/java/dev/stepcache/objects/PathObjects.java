package dev.stepcache.objects;

import dev.stepcache.oci.Tag;
import dev.stepcache.store.Archives;
import dev.stepcache.store.BucketPath;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Objects of other tools, which take a reference for the name of one object: its path, or its path
 * with the tag behind a colon.
 */
record PathObjects(Bucket bucket, String folder) {
  Optional<Archives.Archive> find(Tag tag, String operation) throws IOException {
    for (String name : names(tag)) {
      Optional<Archives.Archive> found = findNamed(name, operation);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private List<String> names(Tag tag) {
    String path = BucketPath.unescaped(tag);
    return folder.isEmpty() ? List.of(path) : List.of(folder + "/" + path, folder + ":" + tag);
  }

  private Optional<Archives.Archive> findNamed(String name, String operation) throws IOException {
    Optional<ObjectState> state;
    try {
      state = bucket.head(name, operation);
    } catch (StoreException.Unauthorized e) {
      // A right that ends with our own folder.
      return Optional.empty();
    }
    if (state.isEmpty()) {
      return Optional.empty();
    }
    long size = state.get().size();
    Optional<InputStream> content = bucket.open(name, size, operation);
    return content.map(in -> new Archives.Archive(bucket + "/" + name, size, in));
  }
}
