package dev.stepcache.unpack;

import dev.stepcache.archive.Decompression;
import dev.stepcache.archive.TarEntry;
import dev.stepcache.archive.TarReader;
import dev.stepcache.disk.ContentSource;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.tree.EntryName;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/**
 * Reads layers as they are unpacked, with the same checks, and makes nothing; several threads may
 * read layers of one image at once. Whoever calls verifies the blob.
 */
public final class LayerListing extends ContentReader {
  /** Of what is not made; its only use is that what is live is known from what is not. */
  static final FileIdentity NOWHERE = new FileIdentity(0, 0, 0, 0);

  private final ObjLongConsumer<EntryName> files;

  /**
   * @param files is told the name and the size of each live file, on whatever thread reads it
   */
  public LayerListing(UnpackLimits limits, ObjLongConsumer<EntryName> files) {
    super(limits);
    this.files = files;
  }

  /**
   * Reads a content layer of ours, and tells all of its entries.
   *
   * @param number the layer's number in the index
   */
  public List<LayerEntry> entries(
      InputStream blob,
      LayerCompression compression,
      TreeIndex index,
      int number,
      VisibilityCheck check)
      throws IOException {
    try (InputStream in = Decompression.of(blob, compression)) {
      TarReader tar = new TarReader(in);
      return entries(tar, tar.source(), index, number, check).entries();
    }
  }

  @Override
  Optional<FileIdentity> made(
      ContentSource content, TarEntry entry, EntryName name, String target, int mode, long mtime) {
    if (entry.type() == TarEntry.Type.FILE) {
      files.accept(name, entry.size());
    }
    return Optional.of(NOWHERE);
  }
}
