package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.archive.Compression;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.transfer.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Caches for readers and registries that know no zstd. */
class GzipCachesTest extends OddTree {
  private static final UploadRequest.When ALWAYS = UploadRequest.When.ALWAYS;

  @BeforeEach
  void askForGzip() {
    bench.compression = Compression.GZIP;
  }

  private List<Descriptor> layers() throws IOException {
    LayoutStore store = new LayoutStore(folder.resolve("store"));
    return ImageReader.manifest(store.manifest(new Tag(Bench.KEY.hex())).orElseThrow()).layers();
  }

  private static SortedMap<String, TreeSnapshot.Entry> modeless(Path root) throws IOException {
    SortedMap<String, TreeSnapshot.Entry> tree = TreeSnapshot.of(root);
    tree.replaceAll((name, entry) -> entry.anyMode());
    return tree;
  }

  private void expectRestored(Path root) throws IOException {
    Path again = folder.resolve("again-" + System.nanoTime());
    assertThat(bench.fetch(again, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    assertThat(modeless(again)).isEqualTo(modeless(root));
  }

  @Test
  void haveOnlyGzipLayersAndComeBackAsTheyWere() throws IOException {
    fill();

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(layers())
        .hasSizeGreaterThan(2)
        .extracting(Descriptor::mediaType)
        .containsOnly(MediaType.OCI_LAYER_GZIP);
    expectRestored(tree);
  }

  @Test
  void areTheSameImageWhenTheyArePackedAfresh() throws IOException {
    fill();
    bench.upload(tree);
    List<Descriptor> first = layers();
    bench.fetch(restored, RestoreMode.PRESERVE);

    try (Stream<Path> ours = Files.walk(restored.resolve(".stepcache"))) {
      for (Path file : ours.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    bench.upload(restored, ALWAYS, Optional.empty());

    assertThat(layers()).isEqualTo(first);
  }

  @Test
  void keepNoLayerOfAnImageWithZstd() throws IOException {
    bench.compression = Compression.USUAL;
    fill();
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);
    bench.compression = Compression.GZIP;
    Files.writeString(restored.resolve("new"), "new");

    assertThat(bench.upload(restored, ALWAYS, Optional.empty()).reason()).isEqualTo(Reason.SAVED);

    assertThat(layers()).extracting(Descriptor::mediaType).containsOnly(MediaType.OCI_LAYER_GZIP);
    expectRestored(restored);
  }

  @Test
  void sendOnlyWhatIsNewOverAnImageOfTheirKind() throws IOException {
    byte[] noise = new byte[200_000];
    for (int at = 0; at < 20; at++) {
      new Random(at).nextBytes(noise);
      Files.createDirectories(tree.resolve("d" + at));
      Files.write(tree.resolve("d" + at + "/f"), noise);
    }
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);
    Files.writeString(restored.resolve("d5/new"), "new");

    assertThat(bench.upload(restored, ALWAYS, Optional.empty()).saved().orElseThrow().sent())
        .isLessThan(10_000);

    expectRestored(restored);
  }

  @Test
  @org.junit.jupiter.api.Tag("program")
  void areCopiedIntoADockerArchive() throws Exception {
    fill();
    bench.upload(tree);
    Path archive = folder.resolve("archive.tar");

    Process skopeo =
        new ProcessBuilder(
                "skopeo",
                "copy",
                "--insecure-policy",
                "oci:" + folder.resolve("store") + ":" + Bench.KEY.hex(),
                "docker-archive:" + archive)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();

    assertThat(skopeo.waitFor()).isZero();
    assertThat(archive).isNotEmptyFile();
  }
}
