package dev.stepcache.unpack;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.archive.Decompression;
import dev.stepcache.archive.TarEntry;
import dev.stepcache.archive.TarReader;
import dev.stepcache.disk.ContentSource;
import dev.stepcache.format.ReservedNames;
import dev.stepcache.format.Sums;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.IllegalNameException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A content layer of ours, entry by entry, each held to what the index says of it, whatever is made
 * of those that are live.
 */
abstract sealed class ContentReader permits LayerUnpacker, LayerListing, LiveEntries {
  private final UnpackLimits limits;

  ContentReader(UnpackLimits limits) {
    this.limits = limits;
  }

  /**
   * Makes something of a live entry.
   *
   * @return what became of it; empty where nothing was made
   */
  abstract Optional<FileIdentity> made(
      ContentSource content, TarEntry entry, EntryName name, String target, int mode, long mtime)
      throws IOException;

  /**
   * Goes through a content layer of ours, which whoever calls verifies.
   *
   * @param number the layer's number in the index
   */
  public final void read(
      InputStream blob,
      LayerCompression compression,
      TreeIndex index,
      int number,
      VisibilityCheck check)
      throws IOException {
    try (InputStream in = Decompression.of(blob, compression)) {
      TarReader tar = new TarReader(in);
      var _ = entries(tar, tar.source(), index, number, check);
    }
  }

  /** Goes through a layer, with what is made of each entry that is live. */
  final RestoredNames entries(
      TarReader tar, ContentSource content, TreeIndex index, int number, VisibilityCheck check)
      throws IOException {
    TreeIndex.Layer layer = index.layers().get(number);
    int at = 0;
    int live = 0;
    int regular = 0;
    RestoredNames names = new RestoredNames(limits.memory());
    boolean sums = false;
    for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
      TarEntry entry = next.get();
      limits.count(entry);
      if (entry.type() == TarEntry.Type.FOLDER) {
        if (entry.name().isPresent()) {
          check.folder(entry.name().get().value(), number);
        }
        continue;
      }
      String stored = entry.name().map(EntryName::value).orElse("");
      if (sums || entry.type() == TarEntry.Type.SPECIAL) {
        throw new CorruptArchiveException("a content layer has what it must not: " + stored);
      }
      if (stored.startsWith(ReservedNames.SUMS)) {
        if (entry.type() != TarEntry.Type.FILE || entry.size() != (long) regular * Sums.SIZE) {
          throw new CorruptArchiveException("a content layer has sums of other files");
        }
        names.sums(tar.content().readNBytes((int) entry.size()));
        sums = true;
        continue;
      }
      if (at >= layer.entries()) {
        throw new CorruptArchiveException("a content layer has more entries than its index");
      }
      EntryName name = realName(entry.name().orElseThrow(), index);
      String target = realTarget(entry, index);
      Optional<FileIdentity> there = Optional.empty();
      if (layer.live().get(at)) {
        check.live(name.value(), number, entry.size());
        there = made(content, entry, name, target, layer.modes()[live], layer.mtimes()[live]);
        live++;
      } else {
        check.dead(name.value(), number);
      }
      switch (entry.type()) {
        case FILE -> {
          names.file(name, entry.size(), there);
          regular++;
        }
        case SYMLINK -> names.symlink(name, target, there);
        case HARD_LINK -> names.hardLink(name, target, there);
        case FOLDER, SPECIAL -> throw new IllegalStateException("refused above");
      }
      at++;
    }
    if (at != layer.entries() || !sums) {
      throw new CorruptArchiveException("a content layer has fewer entries than its index");
    }
    return names;
  }

  private static EntryName realName(EntryName name, TreeIndex index)
      throws CorruptArchiveException {
    String stored = name.value();
    if (stored.startsWith(ReservedNames.ESCAPED)) {
      String real = index.escaped().get(stored.substring(ReservedNames.ESCAPED.length()));
      if (real == null) {
        throw new CorruptArchiveException("the index lacks the real name of " + stored);
      }
      return legal(real, "the index has");
    }
    if (ReservedNames.isOurs(stored) || ReservedNames.hasWhiteoutComponent(stored)) {
      throw new CorruptArchiveException("a content layer has what it must not: " + stored);
    }
    return name;
  }

  private static String realTarget(TarEntry entry, TreeIndex index) throws CorruptArchiveException {
    return entry.type() == TarEntry.Type.HARD_LINK
        ? realName(legal(entry.target(), "a hard link to"), index).value()
        : entry.target();
  }

  static EntryName legal(String name, String what) throws CorruptArchiveException {
    try {
      return new EntryName(name);
    } catch (IllegalNameException e) {
      throw new CorruptArchiveException(what + " a name that no entry may have: '" + name + "'");
    }
  }
}
