package dev.stepcache.hostile;

import com.github.luben.zstd.Zstd;
import dev.stepcache.oci.MediaType;
import dev.stepcache.outcome.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Archives that try the same thing in many ways. */
abstract class Family {
  private final String name;
  private final List<Archive> archives = new ArrayList<>();

  Family(String name) {
    this.name = name;
  }

  List<Archive> archives() {
    return archives;
  }

  /** One layer, or several in order, that must come back. */
  final void restored(String what, Expected expected, RawTar... tars) {
    add(what, Optional.of(expected), EnumSet.noneOf(Reason.class), layers(tars));
  }

  final void refused(String what, RawTar... tars) {
    refused(what, Reason.CORRUPT, tars);
  }

  final void refused(String what, Reason reason, RawTar... tars) {
    add(what, Optional.empty(), EnumSet.of(reason), layers(tars));
  }

  /** A layer as it stands. */
  final void restoredBlob(String what, Expected expected, MediaType type, byte[] blob, byte[] tar) {
    add(what, Optional.of(expected), EnumSet.noneOf(Reason.class), blob(type, blob, tar));
  }

  final void refusedBlob(String what, Reason reason, MediaType type, byte[] blob) {
    add(what, Optional.empty(), EnumSet.of(reason), blob(type, blob, new byte[0]));
  }

  /** A tar with its end as it stands, uncompressed. */
  final void restoredTar(String what, Expected expected, byte[] tar) {
    restoredBlob(what, expected, MediaType.OCI_LAYER, tar, tar);
  }

  final void refusedTar(String what, byte[] tar) {
    refusedBlob(what, Reason.CORRUPT, MediaType.OCI_LAYER, tar);
  }

  private static List<Archive.Layer> blob(MediaType type, byte[] blob, byte[] tar) {
    return List.of(new Archive.Layer(type, blob, tar, Optional.empty()));
  }

  private void add(
      String what, Optional<Expected> expected, Set<Reason> reasons, List<Archive.Layer> layers) {
    archives.add(new Archive(name + ": " + what, layers, expected, reasons));
  }

  /** In turn plain, as gzip and as zstd. */
  private List<Archive.Layer> layers(RawTar... tars) {
    return Arrays.stream(tars)
        .map(raw -> {
          byte[] tar = raw.whole();
          return switch (archives.size() % 3) {
            case 0 -> new Archive.Layer(MediaType.OCI_LAYER, tar, tar, Optional.of(raw));
            case 1 -> new Archive.Layer(MediaType.OCI_LAYER_GZIP, gzip(tar), tar, Optional.of(raw));
            default ->
                new Archive.Layer(
                    MediaType.OCI_LAYER_ZSTD, Zstd.compress(tar), tar, Optional.of(raw));
          };
        })
        .toList();
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }
}
