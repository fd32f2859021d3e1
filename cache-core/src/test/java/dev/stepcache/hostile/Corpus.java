package dev.stepcache.hostile;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** All archives, hostile and odd. */
public final class Corpus {
  private static final int SMALL = 1 << 14;

  private Corpus() {}

  /** The small ones of one layer, whole and uncompressed, as something to begin with. */
  public static List<byte[]> tars() {
    return of(Path.of("/tmp/outside")).stream()
        .filter(archive -> archive.layers().getFirst().tar().length > 0)
        .map(archive -> archive.layers().getFirst().tar())
        .filter(tar -> tar.length < SMALL)
        .toList();
  }

  /**
   * @param outside the folder that they try to reach
   */
  static List<Archive> of(Path outside) {
    return Stream.of(
            new NameArchives(outside),
            new LinkArchives(outside),
            new PaxArchives(),
            new TimeArchives(),
            new HeaderArchives(),
            new WhiteoutArchives(),
            new GnuArchives(),
            new CompressionArchives())
        .flatMap(family -> family.archives().stream())
        .toList();
  }
}
