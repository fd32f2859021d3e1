package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that another tool made: their layers come from GNU tar, as gzip. */
class ForeignImageTest {
  @TempDir Path folder;
  private Path tree;
  private Path out;
  private LayoutStore store;
  private final List<byte[]> tars = new ArrayList<>();

  @BeforeEach
  void makeFolders() throws IOException {
    tree = Files.createDirectories(folder.resolve("tree"));
    out = folder.resolve("out");
    store = new LayoutStore(folder.resolve("store"));
  }

  private void write(String name, String content) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void layer(String... tar) throws Exception {
    Path file = folder.resolve("layer.tar");
    Files.deleteIfExists(file);
    List<String> command = new ArrayList<>(List.of("tar", "-C", tree.toString()));
    command.addAll(List.of(tar));
    command.addAll(List.of("-cf", file.toString()));
    command.add(".");
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    tars.add(Files.readAllBytes(file));
    new ProcessBuilder("rm", "-rf", tree.toString()).start().waitFor();
    Files.createDirectories(tree);
  }

  private FetchOutcome fetch() throws IOException {
    List<Descriptor> layers = new ArrayList<>();
    for (byte[] tar : tars) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
        gzip.write(tar);
      }
      layers.add(upload(MediaType.OCI_LAYER_GZIP, bytes.toByteArray()));
    }
    List<Digest> diffIds = tars.stream().map(Digest::of).toList();
    ImageConfig config =
        new ImageConfig(new Platform("linux", "amd64"), Instant.ofEpochSecond(0), diffIds);
    Manifest manifest =
        new Manifest(
            MediaType.OCI_MANIFEST,
            upload(MediaType.OCI_CONFIG, config.toJson()),
            layers,
            new TreeMap<>());
    store.put(new Tag(Bench.KEY.hex()), MediaType.OCI_MANIFEST, manifest.toJson());
    return Bench.on(store).fetch(out, RestoreMode.PRESERVE);
  }

  private Descriptor upload(MediaType type, byte[] content) throws IOException {
    Descriptor blob = Descriptor.of(type, content);
    store.upload(blob, () -> new ByteArrayInputStream(content));
    return blob;
  }

  @Test
  void isRestoredWithTheTimesAndModesOfItsHeaders() throws Exception {
    write("a/f", "one");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("/etc/passwd"));
    Files.createLink(tree.resolve("again"), tree.resolve("a/f"));
    var before = TreeSnapshot.of(tree);
    layer("--format=posix");

    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
    assertThat(TreeSnapshot.of(out)).isEqualTo(before);
  }

  @Test
  void letsLaterLayersAndWhiteoutsWin() throws Exception {
    write("kept", "kept");
    write("gone", "gone");
    write("changed", "old");
    write("emptied/x", "x");
    write("turned", "a file");
    layer();
    write(".wh.gone", "");
    write("changed", "new");
    write("emptied/.wh..wh..opq", "");
    write("emptied/y", "y");
    write("turned/z", "z");
    layer("--sort=name");

    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
    assertThat(TreeSnapshot.of(out).keySet())
        .containsExactly("changed", "emptied", "emptied/y", "kept", "turned", "turned/z");
    assertThat(out.resolve("changed")).hasContent("new");
  }

  @Test
  void countsTheLastEntryOfANameInOneLayer() throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("f"), "last");
    write("f", "first");
    Path file = folder.resolve("twice.tar");
    new ProcessBuilder("tar", "-C", tree.toString(), "-cf", file.toString(), "f").start().waitFor();
    new ProcessBuilder("tar", "-C", other.toString(), "-rf", file.toString(), "f")
        .start()
        .waitFor();
    tars.add(Files.readAllBytes(file));

    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
    assertThat(out.resolve("f")).hasContent("last");
  }

  @Test
  void neverWritesThroughALink() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.createSymbolicLink(tree.resolve("a"), outside);
    layer();
    write("a/f", "escaped");
    Path file = folder.resolve("through.tar");
    new ProcessBuilder("tar", "-C", tree.toString(), "-cf", file.toString(), "a/f")
        .start()
        .waitFor();
    tars.add(Files.readAllBytes(file));

    assertThat(fetch().reason()).isEqualTo(Reason.CORRUPT);
    assertThat(outside).isEmptyDirectory();
    assertThat(out).doesNotExist();
  }

  @Test
  void dropsDevicesAndSetuidBits() throws Exception {
    write("program", "x");
    new ProcessBuilder("chmod", "4755", tree.resolve("program").toString()).start().waitFor();
    new ProcessBuilder("mkfifo", tree.resolve("pipe").toString()).start().waitFor();
    layer();

    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
    assertThat(TreeSnapshot.of(out).keySet()).containsExactly("program");
    assertThat(TreeSnapshot.of(out).get("program").mode()).isEqualTo("755");
  }

  @Test
  void isRefusedWholeWhenItIsCut() throws Exception {
    write("a", "a".repeat(2000));
    write("b", "b".repeat(2000));
    layer("--sort=name");
    byte[] whole = tars.getFirst();
    for (int length : new int[] {512, 1024, 3000, whole.length - 10240, 0}) {
      tars.set(0, Arrays.copyOf(whole, Math.max(0, length)));
      FetchOutcome outcome = fetch();
      assertThat(outcome.reason()).as("%s bytes", length).isEqualTo(Reason.CORRUPT);
      assertThat(out).doesNotExist();
    }
  }
}
