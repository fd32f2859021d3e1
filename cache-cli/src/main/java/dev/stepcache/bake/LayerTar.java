package dev.stepcache.bake;

import dev.stepcache.archive.Compression;
import dev.stepcache.archive.FrameCompressor;
import dev.stepcache.archive.IdleCores;
import dev.stepcache.archive.TarHeader;
import dev.stepcache.disk.ContentSource;
import dev.stepcache.format.LayerWriter;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.ReservedNames;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A layer that is packed for an image. Unlike those of caches it has owners and times, and no entry
 * for a folder that is not the image's own: that would change what the base says of it.
 */
final class LayerTar implements AutoCloseable {
  /** So that headers are written without the folders above them. */
  private static final String AT_THE_ROOT = "";

  private static final int EXECUTABLE = 0755;

  private final FrameCompressor compressor;
  private final LayerWriter layer;
  private final Owner owner;
  private int entries;

  LayerTar(OutputStream out, Compression compression, Owner owner) {
    this.compressor = compression.compressor(Long.MAX_VALUE, IdleCores.NONE);
    this.layer = new LayerWriter(out, compressor, compression.made());
    this.owner = owner;
  }

  /**
   * What a user of the owner's group may do too: clusters run containers as users that no image
   * knows, in group 0.
   */
  private static int shared(int mode) {
    return (mode & 0707) | ((mode & 0700) >> 3);
  }

  /**
   * @param seconds since 1970
   */
  void folder(String name, int mode, long seconds) throws IOException {
    entry(TarHeader.folder(name), mode | 0700, seconds);
  }

  void file(String name, int mode, long size, long seconds, ContentSource content)
      throws IOException {
    entry(TarHeader.file(name, false, size), mode, seconds);
    for (long left = size; left > 0; ) {
      int length = (int) Math.min(left, ContentSource.LONGEST);
      int start = content.next(length);
      layer.write(content.bytes(), start, length);
      left -= length;
    }
    layer.pad(size);
  }

  void symlink(String name, String target, long seconds) throws IOException {
    TarHeader header = TarHeader.symlink(name, target);
    write(header.with(header.mode(), stamp(seconds)));
  }

  void hardLink(String name, int mode, String target, long seconds) throws IOException {
    entry(TarHeader.hardLink(name, false, target), mode, seconds);
  }

  /** Hides a name of the layers below. */
  void whiteout(String name) throws IOException {
    write(TarHeader.file(ReservedNames.whiteout(name), false, 0));
  }

  private void entry(TarHeader header, int mode, long seconds) throws IOException {
    write(header.with(shared(mode), stamp(seconds)));
  }

  private TarHeader.Stamp stamp(long seconds) {
    return new TarHeader.Stamp(seconds, owner.uid(), owner.gid());
  }

  private void write(TarHeader header) throws IOException {
    layer.entry(header, AT_THE_ROOT);
    entries++;
  }

  /** How many entries it has so far. */
  int entries() {
    return entries;
  }

  /** The mode of a file of which only is known whether it may be executed. */
  static int mode(boolean executable) {
    return executable ? EXECUTABLE : 0644;
  }

  PackedLayer finish() throws IOException {
    return layer.finish();
  }

  @Override
  public void close() {
    compressor.close();
  }
}
