package dev.stepcache.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.Golden;
import dev.stepcache.archive.Compression;
import dev.stepcache.archive.Decompression;
import dev.stepcache.archive.IdleCores;
import dev.stepcache.archive.WholeFrames;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.ReservedNames;
import dev.stepcache.format.Samples;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerPackerTest {
  @TempDir Path folder;

  private static Samples sample(Path root, long mtime, int file, int program) throws IOException {
    return new Samples(root)
        .folder("a", 0755, mtime)
        .folder("a/b", 0700, mtime)
        .file("a/b/hello", "hello\n".getBytes(UTF_8), file, mtime)
        .file("a/b/empty", new byte[0], file, mtime)
        .file("a/run", "#!/bin/sh\n".getBytes(UTF_8), program, mtime)
        .hardLink("a/run-again", "a/run", program, mtime)
        .symlink("link", "/nowhere/at all", mtime)
        .file("z/.wh.odd/x", "odd".getBytes(UTF_8), file, mtime)
        .file("n".repeat(200) + "/" + "m".repeat(150), "deep".getBytes(UTF_8), file, mtime)
        .file("é\nnewline", "utf-8".getBytes(UTF_8), file, mtime);
  }

  @Test
  void writesTheTarThatTheFormatSays() throws IOException {
    Tree tree = sample(folder, 1_000_000_007L, 0640, 0710).tree();

    byte[] blob = pack(tree);

    Golden.check("content-layer.tar", Samples.unzstd(blob));
  }

  @Test
  void describesBothTheTarAndTheCompressedBytes() throws IOException {
    Tree tree = sample(folder, 5, 0644, 0755).tree();
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    PackedLayer layer = pack(tree, Compression.USUAL, out);

    byte[] blob = out.toByteArray();
    assertThat(layer.blob().digest()).isEqualTo(Digest.of(blob));
    assertThat(layer.blob().size()).isEqualTo(blob.length);
    assertThat(layer.blob().mediaType()).isEqualTo(MediaType.OCI_LAYER_ZSTD);
    assertThat(layer.diffId()).isEqualTo(Digest.of(Samples.unzstd(blob)));
  }

  @Test
  void isAnotherBlobOfTheSameTarWithFillersBehindIt() throws IOException {
    byte[] content = "hello\n".getBytes(UTF_8);
    Tree tree = new Samples(folder).file("f", content, 0644, 0).tree();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PackedLayer layer = pack(tree, Compression.USUAL, out);
    byte[] tar = Samples.unzstd(out.toByteArray());
    byte[] end = sumsOf(out.toByteArray());

    for (int copies = 1; copies <= 3; copies++) {
      out.write(layer.filler());

      byte[] blob = out.toByteArray();
      assertThat(Digest.of(blob)).isNotEqualTo(layer.blob().digest());
      assertThat(Samples.unzstd(blob)).isEqualTo(tar);
      assertThat(sumsOf(blob)).isEqualTo(end);
    }
  }

  /** What whoever wants only the sums reads. */
  private static byte[] sumsOf(byte[] blob) throws IOException {
    ByteBuffer footer = ByteBuffer.wrap(blob, blob.length - 16, 16).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(footer.getInt()).isEqualTo(0x184D2A5E);
    assertThat(footer.getInt()).isEqualTo(8);
    return Samples.unzstd(Arrays.copyOfRange(blob, (int) footer.getLong(), blob.length - 16));
  }

  @Test
  void givesTheSameBytesForTheSameContentWhateverTimesAndModes(@TempDir Path other)
      throws IOException {
    byte[] one = pack(sample(folder, 1, 0600, 0700).tree());
    byte[] two = pack(sample(other, 2_000_000_000_000_000_000L, 0666, 0777).tree());

    assertThat(two).isEqualTo(one);
  }

  @Test
  void saysAtTheEndOfTheBlobWhereTheSumsBegin() throws IOException {
    byte[] content = "hello\n".getBytes(UTF_8);
    byte[] blob = pack(new Samples(folder).file("f", content, 0644, 0).tree());

    long offset =
        ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).getLong(blob.length - Long.BYTES);
    byte[] frame = Samples.unzstd(Arrays.copyOfRange(blob, (int) offset, blob.length));

    // folders .stepcache and .stepcache/sums, then the file's header, then its content
    byte[] sums = Arrays.copyOfRange(frame, 3 * 512, 3 * 512 + 16);
    assertThat(sums).isEqualTo(Arrays.copyOf(Digest.of(content).bytes(), 16));
  }

  @Test
  void isReadByTar() throws Exception {
    Tree tree = sample(folder.resolve("in"), 5, 0644, 0755).tree();
    Path tar = folder.resolve("layer.tar");
    Files.write(tar, Samples.unzstd(pack(tree)));
    Path out = Files.createDirectory(folder.resolve("out"));

    Process process =
        new ProcessBuilder("tar", "-xf", tar.toString(), "-C", out.toString()).inheritIO().start();

    assertThat(process.waitFor()).isZero();
    assertThat(out.resolve("a/run-again")).hasSameBinaryContentAs(out.resolve("a/run"));
    assertThat(Files.isExecutable(out.resolve("a/run"))).isTrue();
    assertThat(Files.readSymbolicLink(out.resolve("link"))).hasToString("/nowhere/at all");
    assertThat(out.resolve("n".repeat(200)).resolve("m".repeat(150))).hasContent("deep");
    assertThat(out.resolve("é\nnewline")).hasContent("utf-8");
    assertThat(out.resolve(ReservedNames.escaped("z/.wh.odd/x"))).hasContent("odd");
  }

  @Test
  void refusesAFileThatGrewShrankOrWasTouchedSinceTheScan() throws IOException {
    Tree grown = new Samples(folder).file("f", "1234".getBytes(UTF_8), 0644, 0).tree();
    Files.writeString(folder.resolve("f"), "12345");
    assertThatThrownBy(() -> pack(grown)).isInstanceOf(FileChangedException.class);

    Tree shrunk = new Samples(folder).file("f", "1234".getBytes(UTF_8), 0644, 0).tree();
    Files.writeString(folder.resolve("f"), "123");
    assertThatThrownBy(() -> pack(shrunk)).isInstanceOf(FileChangedException.class);

    Tree gone = new Samples(folder).file("f", "1234".getBytes(UTF_8), 0644, 0).tree();
    Files.delete(folder.resolve("f"));
    assertThatThrownBy(() -> pack(gone)).isInstanceOf(FileChangedException.class);
  }

  @Test
  void tellsAFileThatCannotBeReadFromADiskThatIsFull() throws IOException {
    Tree tree = new Samples(folder).file("f", new byte[1 << 20], 0644, 0).tree();
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    assertThatThrownBy(() -> pack(tree, Compression.USUAL, full))
        .isExactlyInstanceOf(IOException.class);

    Files.delete(folder.resolve("f"));
    Files.createDirectory(folder.resolve("f"));
    assertThatThrownBy(() -> pack(tree, Compression.USUAL, OutputStream.nullOutputStream()))
        .isInstanceOf(UnreadableFileException.class);
  }

  @Test
  void givesTheSameBytesAfterOtherLayersAndAfterOneThatFailed() throws IOException {
    Tree tree = sample(folder.resolve("small"), 5, 0644, 0755).tree();
    Tree gone = new Samples(folder.resolve("gone")).file("f", noise(), 0644, 0).tree();

    for (Compression compression : Compression.values()) {
      ByteArrayOutputStream again = new ByteArrayOutputStream();
      try (LayerPacker packer =
          new LayerPacker(
              Roots.of(folder.resolve("small")), compression, IdleCores.NONE, count -> {})) {
        packer.pack(LayerPlan.cut(tree).getFirst(), OutputStream.nullOutputStream());
        assertThatThrownBy(() -> packer.pack(LayerPlan.cut(gone).getFirst(), again))
            .isInstanceOf(FileChangedException.class);
        again.reset();
        packer.pack(LayerPlan.cut(tree).getFirst(), again);
      }
      assertThat(again.toByteArray()).isEqualTo(pack(tree, compression));
    }
  }

  @Test
  void findsWhatWasThereLongBeforeWhenToldTo() throws IOException {
    byte[] noise = noise();
    Samples samples = new Samples(folder);
    for (String name : List.of("a", "z")) {
      samples.file(name, noise, 0644, 0);
    }
    Tree tree = samples.file("m", new byte[300_000], 0644, 0).tree();
    LayerPlan plan = new LayerPlan(tree.entries());

    byte[] usual = pack(folder, plan, Compression.USUAL);
    byte[] along = pack(folder, plan, Compression.LONG);

    assertThat(usual.length).isGreaterThan(2 * noise.length);
    assertThat(along.length).isLessThan(noise.length + noise.length / 10);
    assertThat(Samples.unzstd(along)).isEqualTo(Samples.unzstd(usual));
  }

  /** A registry may keep wrong bytes for a digest; the same tar is then sent as another blob. */
  @ParameterizedTest
  @EnumSource(Compression.class)
  void isTheSameTarWithFillersBehindIt(Compression compression) throws IOException {
    Tree tree = sample(folder, 5, 0644, 0755).tree();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PackedLayer layer = pack(tree, compression, out);
    byte[] tar = decompressed(out.toByteArray(), compression);

    out.write(layer.filler());
    out.write(layer.filler());

    assertThat(layer.filler()).isNotEmpty();
    assertThat(decompressed(out.toByteArray(), compression)).isEqualTo(tar);
    assertThat(Digest.of(tar)).isEqualTo(layer.diffId());
  }

  private static byte[] decompressed(byte[] blob, Compression compression) throws IOException {
    try (InputStream tar = Decompression.of(new ByteArrayInputStream(blob), compression.made())) {
      return tar.readAllBytes();
    }
  }

  /** More than a frame of the usual kind, and nothing to compress. */
  private static byte[] noise() {
    byte[] noise = new byte[WholeFrames.LARGEST + 1_000_000];
    new Random(11).nextBytes(noise);
    return noise;
  }

  private static byte[] pack(Tree tree) throws IOException {
    return pack(tree, Compression.USUAL);
  }

  private static byte[] pack(Tree tree, Compression compression) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    pack(tree, compression, out);
    return out.toByteArray();
  }

  private static PackedLayer pack(Tree tree, Compression compression, OutputStream out)
      throws IOException {
    List<LayerPlan> plans = LayerPlan.cut(tree);
    assertThat(plans).hasSize(1);
    try (LayerPacker packer =
        new LayerPacker(tree.roots(), compression, IdleCores.NONE, count -> {})) {
      return packer.pack(plans.getFirst(), out);
    }
  }

  private static byte[] pack(Path root, LayerPlan plan, Compression compression)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LayerPacker packer =
        new LayerPacker(Roots.of(root), compression, IdleCores.NONE, count -> {})) {
      packer.pack(plan, out);
    }
    return out.toByteArray();
  }
}
