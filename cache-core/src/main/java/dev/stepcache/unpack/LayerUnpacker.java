package dev.stepcache.unpack;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.archive.Decompression;
import dev.stepcache.archive.TarEntry;
import dev.stepcache.archive.TarReader;
import dev.stepcache.disk.ContentSource;
import dev.stepcache.disk.RefusedEntryException;
import dev.stepcache.format.ReservedNames;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.restore.Stage;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.tree.EntryName;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Unpacks layers into a staging; several threads may unpack layers of one image at once. Whoever
 * calls verifies the blob: nothing staged counts before that.
 */
public final class LayerUnpacker extends ContentReader {
  /** Between two words of progress, in bytes: small files are too many for a word each. */
  private static final int WORD = 1 << 20;

  private final Stage staging;
  private final UnpackLimits limits;
  private final LongConsumer progress;

  /**
   * @param progress is told how many bytes of files were unpacked, a piece at a time
   */
  public LayerUnpacker(Stage staging, UnpackLimits limits, LongConsumer progress) {
    super(limits);
    this.staging = staging;
    this.limits = limits;
    this.progress = progress;
  }

  /**
   * Unpacks what is live of a content layer of ours.
   *
   * @param number the layer's number in the index
   * @return its entries, and what became of them
   */
  public RestoredNames content(
      InputStream blob,
      LayerCompression compression,
      TreeIndex index,
      int number,
      VisibilityCheck check)
      throws IOException {
    try (InputStream tar = Decompression.of(blob, compression)) {
      TarReader reader = new TarReader(tar);
      Counted counted = new Counted(reader);
      RestoredNames names = entries(reader, counted, index, number, check);
      counted.tell();
      return names;
    }
  }

  /** Empty for what is no file and no link. */
  @Override
  Optional<FileIdentity> made(
      ContentSource content, TarEntry entry, EntryName name, String target, int mode, long mtime)
      throws IOException {
    return switch (entry.type()) {
      case FILE -> Optional.of(staging.file(name, content, entry.size(), mode, mtime));
      case SYMLINK -> Optional.of(staging.symlink(name, target, mtime));
      case HARD_LINK -> Optional.of(staging.hardLink(name, legal(target, "a hard link to")));
      case FOLDER -> {
        staging.folder(name, mode, mtime);
        yield Optional.empty();
      }
      // Devices and the like are no part of a cache.
      case SPECIAL -> Optional.empty();
    };
  }

  /** Counts all that a layer declares, and unpacks nothing. */
  public static void count(InputStream blob, LayerCompression compression, UnpackLimits limits)
      throws IOException {
    try (InputStream in = Decompression.of(blob, compression)) {
      TarReader tar = new TarReader(in);
      for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
        limits.count(next.get());
      }
    }
  }

  /**
   * Applies a layer that another tool made, over those before it, with the times and modes of its
   * headers (OCI image specification, layers, applying changesets).
   */
  public void foreign(InputStream blob, LayerCompression compression) throws IOException {
    try (InputStream tar = Decompression.of(blob, compression)) {
      TarReader reader = new TarReader(tar);
      Counted counted = new Counted(reader);
      applyForeign(reader, counted);
      counted.tell();
    }
  }

  private void applyForeign(TarReader tar, Counted counted) throws IOException {
    LayerNames names = new LayerNames(limits.memory());
    for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
      TarEntry entry = next.get();
      limits.count(entry);
      if (entry.name().isEmpty() || entry.type() == TarEntry.Type.SPECIAL) {
        continue;
      }
      EntryName name = entry.name().get();
      if (ReservedNames.hasWhiteoutComponent(name.value())) {
        whiteout(entry, name, names);
      } else if (!ReservedNames.isOurs(name.value())) {
        names.add(name.value());
        if (entry.type() == TarEntry.Type.FOLDER) {
          limits.countFolders(name.value(), staging::isFolder);
          folder(entry, name);
          continue;
        }
        limits.countFolders(name.parent(), staging::isFolder);
        // The last entry of a name counts, in one layer as over layers.
        staging.remove(name);
        var _ = made(counted, entry, name, entry.target(), entry.mode(), entry.mtime());
      }
    }
    names.giveBack();
  }

  /** Hides what the layers before have; what this one has stays, wherever it stands in the tar. */
  private void whiteout(TarEntry entry, EntryName name, LayerNames names) throws IOException {
    String last = name.lastComponent();
    if (!last.startsWith(ReservedNames.WHITEOUT)
        || ReservedNames.hasWhiteoutComponent(name.parent())
        || (entry.type() != TarEntry.Type.FILE && entry.type() != TarEntry.Type.HARD_LINK)) {
      throw new CorruptArchiveException("invalid whiteout in layer: '" + name + "'");
    }
    if (last.equals(ReservedNames.OPAQUE)) {
      staging.clear(name.parent(), names::has);
      return;
    }
    String hidden = last.substring(ReservedNames.WHITEOUT.length());
    EntryName lower =
        legal(name.parent().isEmpty() ? hidden : name.parent() + "/" + hidden, "a whiteout of");
    if (!names.has(lower.value())) {
      staging.remove(lower);
    } else if (staging.isFolder(lower)) {
      staging.clear(lower.value(), names::has);
    }
  }

  /** A folder keeps what is below it, and takes the place of anything else of that name. */
  private void folder(TarEntry entry, EntryName name) throws IOException {
    try {
      staging.folder(name, entry.mode(), entry.mtime());
    } catch (RefusedEntryException e) {
      staging.remove(name);
      staging.folder(name, entry.mode(), entry.mtime());
    }
  }

  /** Tells the progress of what is read of a layer's files, one after another. */
  private final class Counted implements ContentSource {
    private final TarReader tar;
    private long untold;

    Counted(TarReader tar) {
      this.tar = tar;
    }

    @Override
    public int next(int length) throws IOException {
      untold += length;
      if (untold >= WORD) {
        tell();
      }
      return tar.source().next(length);
    }

    @Override
    public byte[] bytes() {
      return tar.source().bytes();
    }

    void tell() {
      progress.accept(untold);
      untold = 0;
    }
  }
}
