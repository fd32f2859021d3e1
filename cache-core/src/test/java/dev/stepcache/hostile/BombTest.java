package dev.stepcache.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.hostile.Images.Shape;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.RealFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bombs of 256 GiB behind some MB, into a file system of 8 MiB: were a byte more of them written
 * than fits there, the reason would be another.
 */
@Tag("root")
class BombTest {
  private static final long SIZE = 256L << 30;
  private static final int PARTS = 1 << 14;

  /** Blocks of 128 KiB. */
  private static final int BLOCKS = (int) (SIZE >> 17);

  /** Counting so much takes a second or two; with 64 GiB, the default, it takes half a minute. */
  private static final long LARGEST = 4L << 30;

  @TempDir Path folder;

  private FetchOutcome fetch() throws IOException {
    Optional<RealFileSystem> disk =
        RealFileSystem.inMemory(folder.resolve("disk"), "size=8m,nr_inodes=100");
    Assumptions.assumeTrue(disk.isPresent(), "not run: mounting needs root");
    try (RealFileSystem mounted = disk.orElseThrow()) {
      Path cache = mounted.mount().resolve("cache");
      FetchOutcome outcome = HostileArchivesTest.fetch(folder.resolve("store"), cache, LARGEST);
      assertThat(Files.exists(cache)).isFalse();
      return outcome;
    }
  }

  private static byte[] header(String name, long size) {
    return RawHeader.file(name, 0).base256(RawHeader.SIZE, 12, BigInteger.valueOf(size)).block();
  }

  /** Each part has a header in a frame of its own, and blocks of one byte repeated. */
  private static byte[] parts(int content) {
    byte[] block = ZstdFrames.bomb(BLOCKS / PARTS, content);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int part = 0; part < PARTS; part++) {
      bytes.writeBytes(Zstd.compress(header("part-" + part, SIZE / PARTS)));
      bytes.writeBytes(block);
    }
    return bytes.toByteArray();
  }

  private void foreign(byte[] blob) throws IOException {
    new Images(folder.resolve("store"))
        .put(
            new Archive(
                "bomb",
                List.of(
                    new Archive.Layer(
                        MediaType.OCI_LAYER_ZSTD, blob, new byte[0], Optional.empty())),
                Optional.empty(),
                EnumSet.of(Reason.LIMIT)),
            Shape.FOREIGN);
  }

  private void ours(byte[] blob, int entries, long declared) throws IOException {
    Images images = new Images(folder.resolve("store"));
    Descriptor layer = images.upload(MediaType.OCI_LAYER_ZSTD, blob);
    Digest diffId = Digest.of(new byte[0]);
    images.put(
        List.of(new PackedLayer(layer, diffId)),
        new TreeIndex(
            List.of(),
            entries,
            declared,
            List.of(Images.layer(diffId, entries)),
            List.of(),
            new TreeMap<>()));
  }

  @Test
  void anotherToolsIsCountedBeforeItIsUnpacked() throws IOException {
    foreign(parts('x'));

    assertThat(fetch().reason()).isEqualTo(Reason.LIMIT);
  }

  @Test
  void oursIsRefusedByItsIndex() throws IOException {
    ours(parts(0), PARTS, SIZE);

    assertThat(fetch().reason()).isEqualTo(Reason.LIMIT);
  }

  @Test
  void oursWhoseIndexLiesIsRefusedAtTheFirstFileThatIsTooLarge() throws IOException {
    ours(parts('x'), PARTS, SIZE / PARTS - 1);

    assertThat(fetch().reason()).isEqualTo(Reason.CORRUPT);
  }
}
