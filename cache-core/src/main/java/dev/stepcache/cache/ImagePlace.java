package dev.stepcache.cache;

import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreReference;
import dev.stepcache.tree.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * Where the image lies that the local index is about: a file beside it (docs/format.md, {@code
 * .stepcache/} in the cache path). A hint, and one that a build may have written: see {@link
 * UploadRequest#mayBuildOn}.
 */
final class ImagePlace {
  /** The name of its file in our folder. */
  static final String FILE = "base";

  private static final int LARGEST = 4096;

  private ImagePlace() {}

  /** Writes the reference, by its digest, whole or not at all. */
  static void write(CacheFolder folder, StoreReference image) throws IOException {
    Path file = folder.ours(FILE);
    Path temporary = file.resolveSibling("staging-" + UUID.randomUUID());
    try {
      Files.writeString(temporary, image + "\n", StandardOpenOption.CREATE_NEW);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** The reference of an image; empty where none was left, or that of another. */
  static Optional<StoreReference> read(CacheFolder folder, Digest image) {
    Path file = folder.ours(FILE);
    // Not a fifo, which would never end.
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8).strip();
      return Optional.of(StoreReference.parse(text))
          .filter(reference -> reference.selector().equals(image));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
