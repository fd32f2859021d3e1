package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our user's Go pipeline, whose cache path lies inside the working directory, run after run. */
class UsersPipelineTest {
  @TempDir Path folder;
  private Path workspace;
  private String reference;
  private int pods;

  @BeforeEach
  void makeAProject() throws IOException {
    workspace = folder.resolve("workspace");
    reference = "file://" + folder.resolve("store") + ":{{hash}}";
    checkout();
  }

  private void checkout() throws IOException {
    if (Files.exists(workspace)) {
      try (Stream<Path> all = Files.walk(workspace)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Files.createDirectories(workspace);
    Files.writeString(workspace.resolve("go.mod"), "module x\n");
    Files.writeString(workspace.resolve("go.sum"), "sum\n");
  }

  private void build() throws IOException {
    Path module = Files.createDirectories(workspace.resolve("go-build-cache/mod/y@v1"));
    Files.writeString(module.resolve("go.mod"), "module y\n");
    for (Path path = module.resolve("go.mod"); !path.equals(workspace); path = path.getParent()) {
      Files.setLastModifiedTime(path, FileTime.fromMillis(1_700_000_000_000L));
    }
  }

  private OnePod pod() throws IOException {
    return new OnePod(folder.resolve("pod-" + pods++))
        .param("WORKING_DIR", workspace.toString())
        .param("CACHE_PATH", workspace.resolve("go-build-cache").toString());
  }

  @Test
  void hitsOnTheSecondRunAlthoughTheCacheHoldsFilesThatThePatternsMatch() throws IOException {
    OnePod first = pod();
    OnePod.Ran miss = first.fetch(reference);
    build();
    OnePod.Ran saved = first.upload(reference);
    checkout();
    OnePod second = pod();
    OnePod.Ran hit = second.fetch(reference);
    OnePod.Ran nothing = second.upload(reference);

    assertThat(miss.results()).containsEntry("fetched", "false").containsEntry("reason", "miss");
    assertThat(miss.results()).containsEntry("matched", "").containsEntry("digest", "");
    assertThat(saved.results()).containsEntry("uploaded", "true").containsEntry("reason", "saved");
    assertThat(hit.results()).containsEntry("fetched", "true").containsEntry("reason", "hit");
    assertThat(hit.results().get("key")).isEqualTo(miss.results().get("key"));
    assertThat(hit.results().get("matched")).isEqualTo(miss.results().get("key"));
    assertThat(hit.results().get("digest")).isEqualTo(saved.results().get("digest"));
    assertThat(hit.results().get("ref")).isEqualTo(saved.results().get("ref"));
    assertThat(nothing.results())
        .containsEntry("uploaded", "false")
        .containsEntry("reason", "fetched");
    assertThat(nothing.log()).contains("nothing to save");
    assertThat(workspace.resolve("go-build-cache/mod/y@v1/go.mod")).hasContent("module y\n");
    assertThat(miss.exitCode() + saved.exitCode() + hit.exitCode() + nothing.exitCode()).isZero();
  }

  @Test
  void savesUnderFetchsKeyWhenTheBuildRewritesALockFile() throws IOException {
    OnePod first = pod();
    String key = first.fetch(reference).results().get("key");
    build();
    Files.writeString(workspace.resolve("go.sum"), "sum\nmore\n");
    OnePod.Ran saved = first.upload(reference);
    checkout();

    assertThat(saved.results().get("ref")).endsWith(key);
    assertThat(saved.log()).contains("go.sum").contains("fetch's key");
    assertThat(pod().fetch(reference).results()).containsEntry("fetched", "true");
  }

  @Test
  void saysOnAMissWhichFileDiffersFromTheNewestCache() throws IOException {
    OnePod first = pod();
    first.fetch(reference);
    build();
    first.upload(reference);
    checkout();
    Files.writeString(workspace.resolve("go.sum"), "another\n");

    OnePod.Ran miss = pod().fetch(reference);

    assertThat(miss.results()).containsEntry("reason", "miss");
    assertThat(miss.log()).contains("go.sum changed").doesNotContain("go.mod changed");
  }

  @Test
  void healsAKeyWhoseImageLostABlob() throws IOException {
    OnePod first = pod();
    first.fetch(reference);
    build();
    String image = first.upload(reference).results().get("digest");
    int blobs = blobsOf(image).size();
    assertThat(blobs).isGreaterThanOrEqualTo(4);

    for (int lost = 0; lost < blobs; lost++) {
      checkout();
      Files.delete(blobsOf(image).get(lost));
      OnePod pod = pod();
      OnePod.Ran broken = pod.fetch(reference);
      build();
      OnePod.Ran again = pod.upload(reference);
      checkout();

      assertThat(broken.results()).containsEntry("reason", "corrupt").containsEntry("digest", "");
      assertThat(broken.exitCode()).isZero();
      assertThat(again.results()).containsEntry("reason", "saved");
      assertThat(pod().fetch(reference).results()).containsEntry("fetched", "true");
      image = again.results().get("digest");
    }
  }

  /**
   * The manifest of an image in the layout, and all that it names: a save tells its own time, so
   * that the image that heals another has blobs of its own.
   */
  private List<Path> blobsOf(String digest) throws IOException {
    Path blobs = folder.resolve("store/blobs/sha256");
    Path manifest = blobs.resolve(digest.substring("sha256:".length()));
    return Stream.concat(
            Stream.of(manifest),
            Pattern.compile("sha256:([0-9a-f]{64})")
                .matcher(Files.readString(manifest))
                .results()
                .map(named -> blobs.resolve(named.group(1)))
                .filter(Files::exists))
        .distinct()
        .toList();
  }

  @Test
  void takesAFetchedThatTektonLeftLiterallyForNotGivenAndSaysSo() throws IOException {
    OnePod first = pod().param("FETCHED", "$(tasks.cached-fetch.results.fetched)");
    first.fetch(reference);
    build();

    OnePod.Ran saved = first.upload(reference);

    assertThat(saved.results()).containsEntry("reason", "saved");
    assertThat(saved.log()).contains("WARNING: FETCHED").contains("Cure");
  }

  @Test
  void restoresAndSavesNothingInTheStepsOwnImage() throws IOException {
    OnePod first = pod();
    Path root = folder.resolve("pod-0");
    Files.createDirectories(root.resolve("tekton/run"));
    Files.createDirectories(root.resolve("proc/self"));
    Files.writeString(
        root.resolve("proc/self/mountinfo"),
        "1 0 0:1 / / rw - overlay overlay rw\n2 1 0:2 / /workspace\\040x rw - ext4 /dev/x rw\n");
    build();

    assertThat(first.fetch(reference).results()).containsEntry("reason", "unshared");
    OnePod.Ran upload = first.upload(reference);
    assertThat(upload.results()).containsEntry("reason", "unshared");
    assertThat(upload.log()).contains("WARNING").contains("$(workspaces.source.path)");
    assertThat(upload.exitCode()).isZero();
  }

  @Test
  void endsWithTwoWhenNoFileMatches() throws IOException {
    OnePod.Ran ran = pod().patterns("Cargo.lock").fetch(reference);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.log()).contains("ERROR: PATTERNS").contains("Cargo.lock").contains("go.mod");
    assertThat(ran.results()).containsEntry("fetched", "false");
  }

  @Test
  void demandsPatternsOnlyWhereAKeyMustBeComputed() throws IOException {
    Files.delete(workspace.resolve("go.mod"));
    assertThat(pod().patterns().fetch(reference).exitCode()).isEqualTo(2);
    assertThat(pod().patterns().fetch(reference.replace("{{hash}}", "fixed")).exitCode()).isZero();
    build();
    assertThat(pod().patterns().param("KEY", "ab".repeat(32)).upload(reference).results())
        .containsEntry("reason", "saved");
  }

  @Test
  @Tag("slow")
  void endsWithZeroWhenTheStoreIsOutOfReach() throws IOException {
    String nowhere = "oci://127.0.0.1:9/ci/cache:{{hash}}";
    build();

    OnePod.Ran fetch = pod().fetch(nowhere);
    assertThat(fetch.exitCode()).isZero();
    assertThat(fetch.results()).containsEntry("reason", "unreachable");
    assertThat(pod().upload(nowhere).results()).containsEntry("reason", "unreachable");
  }

  @Test
  void stopsAtItsTimeout() throws Exception {
    long begin = System.nanoTime();
    try (var silent = new ServerSocket(0)) {
      OnePod.Ran ran =
          pod()
              .param("TIMEOUT", "2s")
              .fetch("oci://127.0.0.1:" + silent.getLocalPort() + "/ci/cache:{{hash}}");

      assertThat(ran.exitCode()).isZero();
      assertThat(ran.results()).containsEntry("reason", "timeout");
      // at once, not when the connection's own limit on silence has passed
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(25));
      assertThat(workspace.resolve("go-build-cache")).doesNotExist();
    }
  }
}
