package dev.stepcache.cache;

import dev.stepcache.folder.OwnFile;
import dev.stepcache.oci.Digest;
import dev.stepcache.restore.CacheFolder;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where the image lies that the local index is about: a file beside it (docs/format.md, {@code
 * .stepcache/} in the cache path). A hint, and one that a build may have written: see {@link
 * UploadRequest#mayBuildOn}.
 */
final class BaseReference {
  /** The name of its file in our folder. */
  static final String FILE = "base";

  private static final int LARGEST = 4096;
  private static final int READABLE = 0644;

  private BaseReference() {}

  /** Writes the reference, by its digest, whole or not at all. */
  static void write(CacheFolder folder, StoreReference image) throws IOException {
    try (OwnFile.Replacement file = new OwnFile.Replacement(folder.ours(FILE), READABLE)) {
      Channels.newOutputStream(file.channel())
          .write((image + "\n").getBytes(StandardCharsets.UTF_8));
      file.take();
    }
  }

  /** The reference of an image; empty where none was left, or that of another. */
  static Optional<StoreReference> read(CacheFolder folder, Digest image) {
    try (InputStream in = Channels.newInputStream(OwnFile.open(folder.ours(FILE)))) {
      String text = new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8).strip();
      return Optional.of(StoreReference.parse(text))
          .filter(reference -> reference.selector().equals(image));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
