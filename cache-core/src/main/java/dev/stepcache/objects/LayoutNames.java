package dev.stepcache.objects;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.LayoutFile;
import dev.stepcache.oci.Tag;
import java.util.Optional;

/**
 * What the objects of a repository are called (docs/format.md, caches in buckets).
 *
 * @param folder without slashes at its ends; empty for the whole bucket
 */
record LayoutNames(String folder) {
  private String in(String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }

  String layout() {
    return in(LayoutFile.NAME);
  }

  /** What other tools' layouts have, and ours have not. */
  String index() {
    return in("index.json");
  }

  /** What a sweep writes to learn the store's time. */
  String clock() {
    return in("sweep");
  }

  String tags() {
    return in("tags/");
  }

  String tag(Tag tag) {
    return tags() + tag;
  }

  String blobs() {
    return in("blobs/sha256/");
  }

  String blob(Digest digest) {
    return blobs() + digest.hex();
  }

  /** The tag whose object this is; empty for what no tag may be called. */
  Optional<Tag> tagOf(String name) {
    try {
      return Optional.of(new Tag(name.substring(tags().length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The blob whose object this is; empty for what is none. */
  Optional<Digest> blobOf(String name) {
    try {
      return Optional.of(new Digest(name.substring(blobs().length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
