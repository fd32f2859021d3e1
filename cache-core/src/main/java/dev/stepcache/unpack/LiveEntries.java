package dev.stepcache.unpack;

import dev.stepcache.archive.TarEntry;
import dev.stepcache.disk.ContentSource;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.tree.EntryName;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads a content layer as it is unpacked, with the same checks, and hands on each live entry with
 * its content, for whoever makes something else of it than files. Whoever calls verifies the blob.
 */
public final class LiveEntries extends ContentReader {
  private final Consumer consumer;

  /** What is made of an entry. */
  public interface Consumer {
    /**
     * Takes an entry, in the order of the layer.
     *
     * @param entry as it stands in the tar
     * @param name its real one
     * @param target of a link; of a hard link the real name in the tree
     * @param mode nine bits, of the index
     * @param mtime in nanoseconds since 1970, of the index
     * @param content of a file, to be read to its end before this returns
     */
    void accept(
        TarEntry entry, EntryName name, String target, int mode, long mtime, ContentSource content)
        throws IOException;
  }

  /**
   * @param limits that all it reads counts against
   * @param consumer is handed each live entry, in the order of the layer
   */
  public LiveEntries(UnpackLimits limits, Consumer consumer) {
    super(limits);
    this.consumer = consumer;
  }

  @Override
  Optional<FileIdentity> made(
      ContentSource content, TarEntry entry, EntryName name, String target, int mode, long mtime)
      throws IOException {
    consumer.accept(entry, name, target, mode, mtime, content);
    return Optional.of(LayerListing.NOWHERE);
  }
}
