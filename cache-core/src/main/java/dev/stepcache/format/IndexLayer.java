package dev.stepcache.format;

import dev.stepcache.archive.Compression;
import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.archive.Decompression;
import dev.stepcache.archive.FrameCompressor;
import dev.stepcache.archive.IdleCores;
import dev.stepcache.archive.LimitException;
import dev.stepcache.archive.TarEntry;
import dev.stepcache.archive.TarHeader;
import dev.stepcache.archive.TarReader;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.tree.EntryName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The last layer of an image: the index of the tree, what made the key, and for tools that know
 * layers only, whiteouts and empty folders (docs/format.md, the index layer).
 *
 * @param recipe what made the key, as text
 * @param whiteouts the names that are hidden, in the order of their bytes
 */
public record IndexLayer(TreeIndex index, Optional<String> recipe, Set<String> whiteouts) {
  private static final int LARGEST_RECIPE = 64 << 20;

  public IndexLayer {
    whiteouts = Set.copyOf(whiteouts);
  }

  /** The same of an index that tells something else of the cache's life, or nothing. */
  public IndexLayer with(Optional<Uses> uses) {
    return new IndexLayer(index.with(uses), recipe, whiteouts);
  }

  /**
   * Packs the layer into {@code out}, which is left open.
   *
   * @param emptyFolders those of the index that no live entry lies below: other tools would not see
   *     them otherwise
   * @param compression of the layer
   */
  public PackedLayer pack(Set<String> emptyFolders, Compression compression, OutputStream out)
      throws IOException {
    SortedMap<String, Optional<byte[]>> entries = new TreeMap<>(EntryName::compare);
    entries.put(ReservedNames.INDEX, Optional.of(IndexCodec.encode(index)));
    recipe.ifPresent(text -> entries.put(ReservedNames.KEY, Optional.of(LayerWriter.utf8(text))));
    whiteouts.forEach(name -> entries.put(ReservedNames.whiteout(name), Optional.of(new byte[0])));
    for (String folder : emptyFolders) {
      if (!ReservedNames.hasWhiteoutComponent(folder)) {
        entries.put(folder, Optional.empty());
      }
    }
    dropFoldersAboveOthers(entries);
    long length = LayerWriter.endLength();
    Set<String> folders = new HashSet<>();
    for (Map.Entry<String, Optional<byte[]>> entry : entries.entrySet()) {
      length += length(entry.getKey(), entry.getValue(), folders);
    }
    try (FrameCompressor compressor = compression.compressor(length, IdleCores.NONE)) {
      LayerWriter layer = new LayerWriter(out, compressor, compression.made());
      for (Map.Entry<String, Optional<byte[]>> entry : entries.entrySet()) {
        if (entry.getValue().isEmpty()) {
          layer.folder(entry.getKey());
          continue;
        }
        byte[] content = entry.getValue().get();
        layer.entry(TarHeader.file(entry.getKey(), false, content.length), entry.getKey());
        layer.write(content);
        layer.pad(content.length);
      }
      return layer.finish();
    }
  }

  private static long length(String name, Optional<byte[]> content, Set<String> folders) {
    if (content.isPresent()) {
      return LayerWriter.length(TarHeader.file(name, false, content.get().length), name, folders);
    }
    long length = 0;
    for (String folder = name; !folder.isEmpty() && folders.add(folder); ) {
      length += TarHeader.folder(folder).length();
      folder = EntryName.parent(folder);
    }
    return length;
  }

  private static void dropFoldersAboveOthers(SortedMap<String, Optional<byte[]>> entries) {
    Set<String> above = new HashSet<>();
    for (String name : entries.keySet()) {
      for (String folder = EntryName.parent(name); !folder.isEmpty() && above.add(folder); ) {
        folder = EntryName.parent(folder);
      }
    }
    entries.keySet().removeAll(above);
  }

  /**
   * Reads an index layer. Entries of ours that are unknown are skipped; anything else that is not a
   * folder or a whiteout is corrupt.
   *
   * @param memory of which what the layer holds is taken
   */
  public static IndexLayer read(InputStream blob, LayerCompression compression, MemoryBudget memory)
      throws IOException {
    try (InputStream tar = Decompression.of(blob, compression)) {
      return readEntries(new TarReader(tar), memory);
    }
  }

  private static IndexLayer readEntries(TarReader tar, MemoryBudget memory) throws IOException {
    Optional<byte[]> index = Optional.empty();
    Optional<String> recipe = Optional.empty();
    Set<String> whiteouts = new HashSet<>();
    UnpackLimits limits = new UnpackLimits(IndexCodec.LARGEST + LARGEST_RECIPE, memory);
    for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
      TarEntry entry = next.get();
      limits.count(entry);
      if (entry.type() == TarEntry.Type.FOLDER) {
        continue;
      }
      String name = entry.name().map(EntryName::value).orElse("");
      if (name.equals(ReservedNames.INDEX)) {
        index = Optional.of(content(tar, entry, IndexCodec.LARGEST, memory));
      } else if (name.equals(ReservedNames.KEY)) {
        recipe =
            Optional.of(
                new String(content(tar, entry, LARGEST_RECIPE, memory), StandardCharsets.UTF_8));
      } else if (!ReservedNames.isOurs(name)) {
        memory.takeNode(name, 0);
        whiteouts.add(hidden(name));
      }
    }
    if (index.isEmpty()) {
      throw new CorruptArchiveException("the index layer has no index");
    }
    TreeIndex decoded = IndexCodec.decode(index.get(), memory);
    memory.giveBack(index.get().length);
    return new IndexLayer(decoded, recipe, whiteouts);
  }

  private static String hidden(String whiteout) throws CorruptArchiveException {
    String last = whiteout.substring(whiteout.lastIndexOf('/') + 1);
    if (!last.startsWith(ReservedNames.WHITEOUT)
        || last.equals(ReservedNames.OPAQUE)
        || last.equals(ReservedNames.WHITEOUT)) {
      throw new CorruptArchiveException("the index layer has content: " + whiteout);
    }
    return whiteout.substring(0, whiteout.length() - last.length())
        + last.substring(ReservedNames.WHITEOUT.length());
  }

  private static byte[] content(TarReader tar, TarEntry entry, int largest, MemoryBudget memory)
      throws IOException {
    if (entry.size() > largest) {
      throw LimitException.ofFormat(
          "the index layer has an entry of " + entry.size() + " bytes, over " + largest);
    }
    memory.take(entry.size());
    byte[] content = tar.content().readNBytes((int) entry.size());
    if (content.length < entry.size()) {
      throw new CorruptArchiveException("the index layer ends too early");
    }
    return content;
  }
}
