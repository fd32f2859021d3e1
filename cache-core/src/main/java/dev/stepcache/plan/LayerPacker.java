package dev.stepcache.plan;

import dev.stepcache.archive.Compression;
import dev.stepcache.archive.FrameCompressor;
import dev.stepcache.archive.IdleCores;
import dev.stepcache.archive.TarHeader;
import dev.stepcache.disk.ReadFiles;
import dev.stepcache.format.LayerWriter;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.ReservedNames;
import dev.stepcache.format.Sums;
import dev.stepcache.oci.Digest;
import dev.stepcache.scan.Ctimes;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;

/** Packs the content of planned layers, several at once if several threads ask for it. */
public final class LayerPacker implements AutoCloseable {
  private static final int OWNER_EXECUTES = 0100;

  private final ReadFiles files;
  private final LongConsumer progress;
  private final Compression compression;
  private final IdleCores cores;
  private final Queue<FrameCompressor> idle = new ConcurrentLinkedQueue<>();

  /**
   * @param roots the cache paths that were scanned
   * @param compression of what is packed
   * @param cores that are idle
   * @param progress is told how many bytes of files were read, a piece at a time
   */
  public LayerPacker(Roots roots, Compression compression, IdleCores cores, LongConsumer progress) {
    this.files = ReadFiles.below(roots);
    this.compression = compression;
    this.cores = cores;
    this.progress = progress;
  }

  /**
   * Packs a layer into {@code out}, which is left open. The same names and contents give the same
   * bytes on any machine.
   *
   * @throws FileChangedException when a file is not what the plan says; nothing written so far is
   *     of use then
   * @throws UnreadableFileException when a file cannot be read
   */
  public PackedLayer pack(LayerPlan plan, OutputStream out) throws IOException {
    FrameCompressor compressor =
        Optional.ofNullable(idle.poll())
            .orElseGet(() -> compression.compressor(Long.MAX_VALUE, cores));
    try {
      return write(plan, new LayerWriter(out, compressor, compression.made()));
    } finally {
      idle.add(compressor);
    }
  }

  private PackedLayer write(LayerPlan plan, LayerWriter layer) throws IOException {
    Sums sums = new Sums();
    MessageDigest sha256 = Digest.sha256();
    ScannedFiles scanned = new ScannedFiles(files, progress);
    for (TreeEntry entry : plan.entries()) {
      String name = ReservedNames.stored(entry.name().value());
      layer.entry(header(entry, name), name);
      if (entry instanceof FileEntry file && file.linkTo().isEmpty()) {
        scanned.read(
            file,
            (bytes, length) -> {
              sha256.update(bytes, 0, length);
              layer.write(bytes, 0, length);
            });
        layer.pad(file.size());
        sums.add(sha256.digest());
      }
    }
    return layer.finish(sums);
  }

  /**
   * The SHA-256 of a file's content.
   *
   * @throws FileChangedException when it is not what the scan saw
   * @throws UnreadableFileException when it cannot be read
   */
  public byte[] sum(FileEntry file) throws IOException {
    return sumOf(file, ScannedFiles.oneOf(files, progress, file.size()));
  }

  private static byte[] sumOf(FileEntry file, ScannedFiles scanned) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    scanned.read(file, (bytes, length) -> sha256.update(bytes, 0, length));
    return sha256.digest();
  }

  /**
   * Reads again what may have been written to, while it was packed, without a trace in its times.
   *
   * @param settled a ctime before which it was not
   * @throws FileChangedException when a file's content is not what was packed
   * @throws UnreadableFileException when a file cannot be read
   */
  public void check(LayerPlan plan, PackedLayer packed, Ctimes ctimes, long settled)
      throws IOException {
    TreeEntries entries = plan.entries();
    ScannedFiles again = new ScannedFiles(files, progress);
    int regular = 0;
    for (int at = 0; at < entries.size(); at++) {
      if (entries.isSymlink(at) || entries.isHardLink(at)) {
        continue;
      }
      int number = regular++;
      if (entries.ctime(at) < settled && ctimes.tell(entries, at)) {
        continue;
      }
      FileEntry file = (FileEntry) entries.get(at);
      if (!Sums.isSame(packed.sums().sum(number), sumOf(file, again))) {
        throw new FileChangedException(file.name());
      }
    }
  }

  private static TarHeader header(TreeEntry entry, String name) {
    return switch (entry) {
      case FileEntry file when file.linkTo().isPresent() ->
          TarHeader.hardLink(
              name, isExecutable(file), ReservedNames.stored(file.linkTo().get().value()));
      case FileEntry file -> TarHeader.file(name, isExecutable(file), file.size());
      case SymlinkEntry link -> TarHeader.symlink(name, link.target());
      case TreeEntry.FolderEntry folder ->
          throw new IllegalArgumentException("a folder is no entry of a layer: " + folder.name());
    };
  }

  /** Frees what was kept for the next layer. */
  @Override
  public void close() {
    idle.forEach(FrameCompressor::close);
    idle.clear();
  }

  private static boolean isExecutable(FileEntry file) {
    return (file.mode() & OWNER_EXECUTES) != 0;
  }
}
