package dev.stepcache.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.FileTimes;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One odd tree, as whichever archiver and format writes it: the same comes back. */
class OtherArchiversTest extends OddTree {
  private static final String PYTHON =
      "import sys, tarfile\n"
          + "with tarfile.open(sys.argv[1], 'w', format=getattr(tarfile, sys.argv[2])) as tar:\n"
          + "  tar.add('.', arcname='.')\n";

  /** The command, and whether its format knows times below the second. */
  static Stream<Arguments> archivers() {
    return Stream.of(
        Arguments.of(List.of("tar", "--format=posix", "-cf", "FILE", "."), true),
        Arguments.of(List.of("tar", "--format=gnu", "-cf", "FILE", "."), false),
        Arguments.of(List.of("tar", "--format=ustar", "-cf", "FILE", "."), false),
        Arguments.of(List.of("tar", "--format=oldgnu", "-cf", "FILE", "."), false),
        Arguments.of(List.of("tar", "--format=gnu", "--sparse", "-cf", "FILE", "."), false),
        Arguments.of(sparse("0.0"), true),
        Arguments.of(sparse("0.1"), true),
        Arguments.of(sparse("1.0"), true),
        Arguments.of(List.of("python3", "-c", PYTHON, "FILE", "PAX_FORMAT"), true),
        Arguments.of(List.of("python3", "-c", PYTHON, "FILE", "GNU_FORMAT"), false),
        Arguments.of(List.of("python3", "-c", PYTHON, "FILE", "USTAR_FORMAT"), false),
        Arguments.of(List.of("bsdtar", "--format=pax", "-cf", "FILE", "."), true),
        Arguments.of(List.of("bsdtar", "--format=ustar", "-cf", "FILE", "."), false));
  }

  private static List<String> sparse(String version) {
    return List.of(
        "tar", "--format=posix", "--sparse", "--sparse-version=" + version, "-cf", "FILE", ".");
  }

  private void makeTree() throws IOException {
    write("deep/er/file", "content");
    write("d".repeat(60) + "/" + "e".repeat(60) + "/long", "long");
    write("new\nline \u00e9 %41", "odd");
    write("empty", "");
    Files.createDirectories(tree.resolve("folder"));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("/nowhere/" + "x".repeat(80)));
    Files.createLink(tree.resolve("deep/again"), tree.resolve("deep/er/file"));
    try (RandomAccessFile sparse = new RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
      for (int at = 1; at < 60; at++) {
        sparse.seek(at * 100_000L);
        sparse.write("piece".repeat(at).getBytes(UTF_8));
      }
      sparse.setLength(8 << 20);
    }
    Files.setPosixFilePermissions(
        tree.resolve("empty"), PosixFilePermissions.fromString("r-xr-x--x"));
  }

  /** Times in whole seconds, where the format knows no others. */
  private void setTimes(long fraction) throws IOException {
    long time = 1_600_000_000_000_000_000L + fraction;
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        FileTimes.set(path, time);
        time += TimeUnit.SECONDS.toNanos(1);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("archivers")
  void bringsTheSameTreeBack(List<String> archiver, boolean fractions) throws Exception {
    makeTree();
    // A float, as Python has its times, holds no more than that.
    setTimes(fractions ? 250_000_000 : 0);
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(tree);
    Path tar = folder.resolve("x.tar");
    List<String> command =
        archiver.stream().map(part -> part.equals("FILE") ? tar.toString() : part).toList();
    Assumptions.assumeTrue(
        ran(List.of(command.getFirst(), "--version")),
        () -> "NOT RUN: " + command.getFirst() + " is missing");
    assertThat(ran(command)).as("%s", command).isTrue();

    put(Files.readAllBytes(tar));

    FetchOutcome outcome = bench.fetch(restored, RestoreMode.PRESERVE);
    assertThat(outcome.reason()).as(outcome.message()).isEqualTo(Reason.HIT);
    assertThat(TreeSnapshot.of(restored)).isEqualTo(before);
  }

  private boolean ran(List<String> command) throws InterruptedException {
    try {
      ProcessBuilder process = new ProcessBuilder(command).directory(tree.toFile());
      process.environment().put("LC_ALL", "C.UTF-8");
      return process
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void put(byte[] tar) throws IOException {
    Descriptor layer = upload(MediaType.OCI_LAYER, tar);
    ImageConfig config = new ImageConfig(Bench.PLATFORM, Instant.EPOCH, List.of(Digest.of(tar)));
    Manifest manifest =
        new Manifest(
            MediaType.OCI_MANIFEST,
            upload(MediaType.OCI_CONFIG, config.toJson()),
            List.of(layer),
            new TreeMap<>());
    bench.store.put(new Tag(Bench.KEY.hex()), MediaType.OCI_MANIFEST, manifest.toJson());
  }

  private Descriptor upload(MediaType type, byte[] content) throws IOException {
    Descriptor blob = Descriptor.of(type, content);
    bench.store.upload(blob, () -> new ByteArrayInputStream(content));
    return blob;
  }
}
