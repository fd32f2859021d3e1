package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.ChildProcess;
import dev.stepcache.restore.FileTimes;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back is what was saved, and the same tree is the same image wherever it is saved. */
@Tag("slow")
class ExactTreeTest extends OddTree {
  private static final long SEED = 20_261_122;

  @AfterEach
  void open() throws Exception {
    new ProcessBuilder("chmod", "-R", "u+rwx", folder.toString()).start().waitFor();
    // Some paths are too long for the JDK to remove.
    new ProcessBuilder("rm", "-rf", tree.toString(), folder.resolve("away").toString())
        .start()
        .waitFor();
  }

  @ParameterizedTest
  @EnumSource(RestoreMode.class)
  void bringsBackAGeneratedTreeWithoutADifference(RestoreMode mode) throws IOException {
    int count = GeneratedTree.make(tree, SEED, false);
    SortedMap<String, TreeSnapshot.Entry> expected = TreeSnapshot.of(tree);
    assertThat(count).isGreaterThan(2400);
    assertThat(expected).hasSize(count);
    expected.replaceAll((name, entry) -> entry.withMode(mode(entry, mode)));

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    assertThat(bench.fetch(restored, mode).reason()).isEqualTo(Reason.HIT);

    SortedMap<String, TreeSnapshot.Entry> actual = TreeSnapshot.of(restored);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    List<String> differences = new ArrayList<>();
    expected.forEach((name, entry) -> {
      if (!entry.equals(actual.get(name))) {
        differences.add(name + ": " + entry + " came back as " + actual.get(name));
      }
    });
    assertThat(differences).isEmpty();
  }

  /** The documented differences: special bits go, and shared opens to all what the owner may. */
  private static int mode(TreeSnapshot.Entry entry, RestoreMode mode) {
    int saved = Integer.parseInt(entry.mode(), 8);
    return switch (entry.kind()) {
      case "symlink" -> saved;
      case "folder" -> mode == RestoreMode.SHARED ? 0777 : saved & 0777;
      default -> mode == RestoreMode.SHARED ? (saved & 0100) * 0111 / 0100 | 0666 : saved & 0777;
    };
  }

  @Test
  void holesComeBackAsHoles() throws Exception {
    GeneratedTree.make(tree, SEED, false);
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);

    // Of the 20 files with holes, of 21 MB in all, blocks of 64 KiB are written around their data.
    assertThat(allocated(restored)).isLessThan(allocated(tree) + (20 << 17));
  }

  private static long allocated(Path folder) throws Exception {
    Process process =
        new ProcessBuilder("du", "-s", "-k", "--exclude=.stepcache", folder.toString()).start();
    String said = new String(process.getInputStream().readAllBytes());
    return 1024 * Long.parseLong(said.substring(0, said.indexOf('\t')));
  }

  private String child(ChildProcess process, Path cachePath, String store) throws IOException {
    String said = process.run(ChildUpload.class, cachePath, folder.resolve(store), false);
    assertThat(said).startsWith("SAVED");
    return said.lines().filter(line -> line.startsWith("sha256:")).findFirst().orElseThrow();
  }

  @Test
  void theSameTreeIsTheSameImageUnderAnyLocaleUmaskTimeZoneCoresAndInodes() throws IOException {
    GeneratedTree.make(tree, SEED, false);
    Path other = Files.createDirectories(folder.resolve("elsewhere/tree"));
    GeneratedTree.make(other, SEED, true);
    ChildProcess usual = new ChildProcess("C.UTF-8", "022");
    String image = child(usual, tree, "usual");

    assertThat(child(usual.withJvm("-XX:ActiveProcessorCount=1"), tree, "one")).isEqualTo(image);
    assertThat(child(usual.withJvm("-XX:ActiveProcessorCount=7"), tree, "seven")).isEqualTo(image);
    assertThat(child(new ChildProcess("C", "077").inTimeZone("Asia/Kolkata"), other, "other"))
        .isEqualTo(image);
  }

  @Test
  void theSameContentIsTheSameLayersWhateverItsTimesAndModes() throws IOException {
    fill();
    Digest first = bench.upload(tree).saved().orElseThrow().digest();
    FileTimes.set(tree.resolve("large"), 42);
    FileTimes.set(tree.resolve("mod"), 43);
    Files.setAttribute(tree.resolve("large"), "unix:mode", 0600);
    Bench again = Bench.layout(folder.resolve("again"));
    Digest second = again.upload(tree).saved().orElseThrow().digest();

    List<Digest> layers = layers(bench, first);
    List<Digest> others = layers(again, second);
    assertThat(second).isNotEqualTo(first);
    assertThat(layers.size()).isGreaterThan(2);
    assertThat(others.subList(0, others.size() - 1))
        .isEqualTo(layers.subList(0, layers.size() - 1));
  }

  private static List<Digest> layers(Bench bench, Digest image) throws IOException {
    StoredManifest stored = bench.store.manifest(image).orElseThrow();
    return Manifest.parse(stored.content(), stored.mediaType()).layers().stream()
        .map(layer -> layer.digest())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(RestoreMode.class)
  void leavesTheSetGroupBitThatFoldersInherit(RestoreMode mode) throws IOException {
    write("a/b/f", "f");
    bench.upload(tree);
    Files.createDirectories(restored);
    boolean chosen = "root".equals(System.getProperty("user.name"));
    if (chosen) {
      Files.setAttribute(restored, "unix:gid", 12_345);
    }
    Files.setAttribute(restored, "unix:mode", 02770);

    bench.fetch(restored, mode);

    for (String name : List.of("a", "a/b")) {
      assertThat((int) Files.getAttribute(restored.resolve(name), "unix:mode") & 07000)
          .isEqualTo(02000);
    }
    int group = (int) Files.getAttribute(restored, "unix:gid");
    assertThat(Files.getAttribute(restored.resolve("a/b/f"), "unix:gid")).isEqualTo(group);
    assertThat((int) Files.getAttribute(restored, "unix:mode") & 07777).isEqualTo(02770);
  }

  @Test
  void dropsExtendedAttributes() throws IOException {
    write("f", "f");
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(
            tree.resolve("f"), UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    try {
      view.write("mine", ByteBuffer.wrap(new byte[] {1}));
    } catch (IOException e) {
      Assumptions.abort("not run: no extended attributes here");
    }
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.PRESERVE);

    assertThat(
            Files.getFileAttributeView(restored.resolve("f"), UserDefinedFileAttributeView.class)
                .list())
        .isEmpty();
  }

  /** What is staged lies deeper than where it belongs: what can be saved must fit there too. */
  @ParameterizedTest
  @ValueSource(ints = {-60, -37, -20, 0, 20})
  void savesNoPathThatIsTooLongToBeRestored(int more) throws Exception {
    write("f", "f");
    int length = 4095 - tree.toString().length() - 1 + more;
    StringBuilder name = new StringBuilder();
    while (name.length() + 202 < length) {
      name.append("d".repeat(200)).append('/');
    }
    name.append("d".repeat(length - name.length()));
    makeDeep(name.toString());

    UploadOutcome outcome = bench.upload(tree);

    assertThat(outcome.reason()).isIn(Reason.SAVED, Reason.UNREADABLE);
    if (outcome.reason() == Reason.SAVED) {
      Files.move(tree, folder.resolve("away"));
      assertThat(bench.fetch(tree, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    } else {
      assertThat(outcome.message())
          .startsWith("1 files or folders cannot be read")
          .contains("too long");
    }
  }

  /** By steps down, since no path may be that long. */
  private void makeDeep(String name) throws Exception {
    String script =
        "for d in \"$@\"; do mkdir -p -- \"$d\" && cd -P -- \"$d\" || exit 1; done; : > f";
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh", tree.toString()));
    command.addAll(List.of(name.split("/")));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }
}
