package dev.stepcache.archive;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.stepcache.io.BulkInputStream;
import dev.stepcache.oci.LayerCompression;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/**
 * A compressed layer's tar. What the decoder finds wrong is a CorruptArchiveException. Closing it
 * frees the decoder, and leaves the blob open.
 */
public final class Decompression extends BulkInputStream {
  /**
   * The largest window that is decoded, as a power of two: 32 MiB, as much as we write at most. The
   * decoder holds the window in memory.
   */
  static final int LARGEST_WINDOW_LOG = 25;

  private static final long WINDOW_TOO_LARGE = 16;

  private final InputStream in;

  private Decompression(InputStream decoder) {
    this.in = decoder;
  }

  /** What a blob holds, decompressed. */
  public static InputStream of(InputStream blob, LayerCompression compression) throws IOException {
    try {
      return switch (compression) {
        case NONE -> new Decompression(new LeftOpen(blob));
        case GZIP -> new Decompression(new Gunzip(new LeftOpen(blob)));
        case ZSTD ->
            new Decompression(
                new ZstdInputStreamNoFinalizer(new LeftOpen(blob))
                    .setLongMax(LARGEST_WINDOW_LOG)
                    .setContinuous(false));
      };
    } catch (ZipException | EOFException e) {
      throw new CorruptArchiveException("a layer is no " + compression + " stream: " + e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return in.read(bytes, offset, length);
    } catch (ZstdIOException e) {
      if (e.getErrorCode() == WINDOW_TOO_LARGE) {
        throw LimitException.ofFormat("a layer wants a zstd window of over 32 MiB");
      }
      throw new CorruptArchiveException("a layer is no whole zstd stream: " + e.getMessage());
    } catch (ZipException | EOFException e) {
      throw new CorruptArchiveException("a layer is no whole gzip stream: " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Whoever gave the blob closes it, after the rest of it was verified. */
  private static final class LeftOpen extends FilterInputStream {
    LeftOpen(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in.read(bytes, offset, length);
    }

    @Override
    public void close() {}
  }
}
