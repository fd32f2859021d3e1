package dev.stepcache.archive;

import dev.stepcache.oci.LayerCompression;

/** How content layers are compressed (docs/format.md, compression). */
public enum Compression {
  /** Fast, with a window of 2 MiB. */
  USUAL(2L * WholeFrames.LARGEST + (2 << 20)),
  /** With matches over 32 MiB: smaller, slower, and in need of more memory on either side. */
  LONG((1L << LongFrame.WINDOW_LOG) + (8 << 20)),
  /** For readers and registries that know no zstd: larger, and slower to make. */
  GZIP(1 << 20);

  private final long memory;

  Compression(long memory) {
    this.memory = memory;
  }

  /**
   * How many bytes whoever compresses a layer takes for it, outside the heap; with a core that is
   * idle, a frame of 8 MiB more.
   */
  public long memory() {
    return memory;
  }

  /** What it makes. */
  public LayerCompression made() {
    return this == GZIP ? LayerCompression.GZIP : LayerCompression.ZSTD;
  }

  /** How the index layer is compressed beside such layers. */
  public Compression ofIndex() {
    return this == GZIP ? GZIP : USUAL;
  }

  /** Whether whoever asks for this can read a layer that is compressed so. */
  public boolean reads(LayerCompression layer) {
    return this != GZIP || layer != LayerCompression.ZSTD;
  }

  /**
   * A compressor of that kind.
   *
   * @param size of what it will compress at most, as far as that is known
   * @param idle what it may use beside the thread that it is used by
   */
  public FrameCompressor compressor(long size, IdleCores idle) {
    return switch (this) {
      case USUAL -> new WholeFrames(size, idle);
      case LONG -> new LongFrame();
      case GZIP -> new GzipMembers();
    };
  }
}
