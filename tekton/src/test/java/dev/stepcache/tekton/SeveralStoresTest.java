package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cache in a folder that is near, and in a registry behind it. */
class SeveralStoresTest {
  @TempDir Path folder;
  private Path workspace;
  private Path near;
  private FakeRegistry registry;
  private int pods;

  @BeforeEach
  void makeAWorkspace() throws IOException {
    workspace = Files.createDirectories(folder.resolve("workspace"));
    near = folder.resolve("near");
    registry = FakeRegistry.plain();
    changeTheKey(0);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private void changeTheKey(int number) throws IOException {
    Files.writeString(workspace.resolve("go.mod"), "module x" + number + "\n");
  }

  private String far() {
    return "oci://" + registry.host() + "/team/cache:{{hash}}";
  }

  /** With an empty cache path. */
  private OnePod pod() throws IOException {
    return new OnePod(folder.resolve("pod-" + pods))
        .param("WORKING_DIR", workspace.toString())
        .param("CACHE_PATH", folder.resolve("cache-" + pods++).toString())
        .param("INSECURE", "true");
  }

  private OnePod.Ran fetch(OnePod pod, String... fallbacks) {
    return pod.without("TARGETS")
        .list("SOURCES", "file://" + near + ":{{hash}}", far())
        .list("FALLBACK_KEYS", fallbacks)
        .fetch("");
  }

  private OnePod.Ran upload(OnePod pod) {
    return pod.without("SOURCES")
        .without("FALLBACK_KEYS")
        .list("TARGETS", "file://" + near + ":{{hash}}", far())
        .upload("");
  }

  private Path cache() {
    return folder.resolve("cache-" + (pods - 1));
  }

  private void build(String file) throws IOException {
    byte[] content = new byte[400_000];
    new Random(file.hashCode()).nextBytes(content);
    Files.createDirectories(cache());
    Files.write(cache().resolve(file), content);
  }

  private OnePod.Ran save(String file) throws IOException {
    OnePod pod = pod();
    fetch(pod);
    build(file);
    OnePod.Ran saved = upload(pod);
    assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");
    return saved;
  }

  private static void remove(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  private long requests() {
    return registry.seen().size();
  }

  private Path largestNear() throws IOException {
    try (Stream<Path> blobs = Files.list(near.resolve("blobs/sha256"))) {
      return blobs.max(Comparator.comparingLong(blob -> blob.toFile().length())).orElseThrow();
    }
  }

  @Test
  void haveTheSameImageAfterAnUpload() throws IOException {
    OnePod.Ran saved = save("file");

    long before = requests();
    OnePod.Ran hit = fetch(pod());

    assertThat(saved.results().get("ref")).startsWith("oci://");
    assertThat(hit.results())
        .containsEntry("fetched", "true")
        .containsEntry("digest", saved.results().get("digest"));
    assertThat(hit.results().get("ref")).startsWith("file://");
    assertThat(requests()).isEqualTo(before);
  }

  @Test
  void thatAreNearGetWhatAFarOneHad() throws IOException {
    OnePod.Ran saved = save("file");
    remove(near);

    OnePod.Ran first = fetch(pod());
    long before = requests();
    OnePod.Ran second = fetch(pod());

    assertThat(first.results().get("ref")).startsWith("oci://");
    assertThat(first.log()).contains("written through to file://" + near);
    assertThat(second.results())
        .containsEntry("fetched", "true")
        .containsEntry("digest", saved.results().get("digest"));
    assertThat(requests()).isEqualTo(before);
    assertThat(cache().resolve("file")).hasSize(400_000);
  }

  @Test
  void thatAreNearGetNothingFromARunThatOnlyReads() throws IOException {
    save("file");
    remove(near);

    assertThat(fetch(pod().param("MODE", "read")).results()).containsEntry("fetched", "true");
    assertThat(fetch(pod().param("LOOKUP_ONLY", "true")).results()).containsEntry("reason", "hit");
    assertThat(fetch(pod().param("DRY_RUN", "true")).results()).containsEntry("reason", "hit");

    assertThat(near).doesNotExist();
  }

  @Test
  void areAllAskedForTheKeyBeforeAnyFallback() throws IOException {
    save("new");
    remove(near);
    changeTheKey(1);
    OnePod older = pod();
    build("old");
    assertThat(older.upload("file://" + near + ":{{hash}}").results())
        .containsEntry("uploaded", "true");
    changeTheKey(0);

    OnePod.Ran ran = fetch(pod(), "latest");

    assertThat(ran.results()).containsEntry("reason", "hit");
    assertThat(cache().resolve("new")).exists();
  }

  @Test
  @Tag("slow")
  void thatAreNearAndSilentTakeNoRestoreBack() throws IOException {
    OnePod.Ran saved = save("file");
    assertThat(saved.results()).containsEntry("uploaded", "true");
    try (FakeRegistry silent = FakeRegistry.plain()) {
      silent.always("POST", "/uploads/", Fault.stall());

      OnePod.Ran ran =
          pod()
              // The tree must be back by then, on a machine that has other work too.
              .param("TIMEOUT", "20s")
              .list("SOURCES", "oci://" + silent.host() + "/team/near:{{hash}}", far())
              .fetch("");

      assertThat(ran.exitCode()).as(ran.log()).isZero();
      assertThat(ran.results()).as(ran.log()).containsEntry("fetched", "true");
      assertThat(ran.log()).contains("WARNING: not written through to oci://" + silent.host());
      assertThat(cache().resolve("file")).hasSize(400_000);
    }
  }

  @Test
  void thatTakeNothingAreALineAndNoFailure() throws IOException {
    Files.writeString(near, "no folder");
    OnePod pod = pod().param("FAIL_ON", "error");
    OnePod.Ran missed = fetch(pod);
    assertThat(missed.exitCode()).as(missed.log()).isZero();
    assertThat(missed.results()).containsEntry("reason", "miss");
    assertThat(missed.log()).containsOnlyOnce("WARNING: passed over file://" + near);
    build("file");

    OnePod.Ran saved = upload(pod);
    OnePod.Ran hit = fetch(pod().param("FAIL_ON", "error"));

    for (OnePod.Ran ran : List.of(saved, hit)) {
      assertThat(ran.exitCode()).as(ran.log()).isZero();
      assertThat(ran.log()).contains("WARNING: not written through to file://" + near);
    }
    assertThat(saved.results()).containsEntry("uploaded", "true");
    assertThat(hit.results()).containsEntry("fetched", "true");
  }

  @Test
  void thatAreNearDoWhereTheFarOneIsAway() throws IOException {
    save("file");
    registry.close();

    assertThat(fetch(pod()).results()).containsEntry("fetched", "true");
  }

  @Test
  void thatAreNearAreSavedToWhereTheFarOneIsAwayAndBringItLater() throws IOException {
    OnePod pod = pod();
    build("file");
    registry.close();

    OnePod.Ran saved = upload(pod);

    assertThat(saved.exitCode()).isZero();
    assertThat(saved.results())
        .containsEntry("uploaded", "false")
        .containsEntry("reason", "unreachable");
    registry = FakeRegistry.plain();
    OnePod later = pod();
    assertThat(fetch(later).results()).containsEntry("fetched", "true");
    OnePod.Ran brought = upload(later);
    assertThat(brought.results()).containsEntry("reason", "fetched");
    assertThat(brought.log()).contains("written through to oci://");
    remove(near);
    assertThat(fetch(pod()).results()).containsEntry("fetched", "true");
  }

  @Test
  void thatAreNearAndHoldAnotherImageThanIsExpectedArePassedOver() throws IOException {
    OnePod alone = pod();
    build("older");
    assertThat(alone.upload("file://" + near + ":{{hash}}").results())
        .containsEntry("uploaded", "true");
    OnePod other = pod();
    build("newer");
    OnePod.Ran saved = other.upload(far());

    OnePod.Ran ran = fetch(pod().param("EXPECTED_DIGEST", saved.results().get("digest")));

    assertThat(ran.results()).containsEntry("fetched", "true");
    assertThat(ran.results().get("ref")).startsWith("oci://");
    assertThat(ran.log()).contains("WARNING: passed over file://" + near);
    assertThat(cache().resolve("newer")).exists();
  }

  @Test
  void healEachOther() throws IOException {
    save("file");
    Path broken = largestNear();
    byte[] good = Files.readAllBytes(broken);
    byte[] bad = good.clone();
    bad[1000] ^= 1;
    Files.write(broken, bad);
    OnePod pod = pod();

    OnePod.Ran ran = fetch(pod);

    assertThat(ran.results()).containsEntry("fetched", "true");
    assertThat(ran.results().get("ref")).startsWith("oci://");
    assertThat(broken).hasBinaryContent(good);
    // What is wrong in the one is right in the other, which is sent nothing.
    long uploads = uploads();
    pod.param("UPLOAD", "always");
    assertThat(upload(pod).results()).containsEntry("reason", "unchanged");
    assertThat(uploads()).isEqualTo(uploads);
  }

  private long uploads() {
    return registry.seen().stream()
        .filter(request -> request.method().equals("PUT") && request.path().contains("/uploads/"))
        .count();
  }

  @Test
  void keepTheLayersOfTheBaseWhicheverItWasRestoredFrom() throws IOException {
    save("old");
    changeTheKey(1);
    OnePod pod = pod();
    assertThat(fetch(pod, "latest").results().get("ref")).startsWith("file://");
    build("new");

    OnePod.Ran saved = upload(pod);

    assertThat(saved.log()).contains("in 2 layers").containsPattern("\\(40\\d kB sent\\)");
    long before = requests();
    assertThat(fetch(pod()).results()).containsEntry("fetched", "true");
    assertThat(cache().resolve("old")).hasSize(400_000);
    assertThat(requests()).isEqualTo(before);
  }

  @Test
  void thatHoldWhatNoCacheToolMadeAreLeftAlone() throws IOException {
    OnePod.Ran saved = save("file");
    String index = Files.readString(near.resolve("index.json"));
    String digest = saved.results().get("digest");
    String foreign =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}";
    String other = Digest.of(foreign.getBytes(StandardCharsets.UTF_8)).toString();
    Files.writeString(near.resolve("blobs/sha256").resolve(other.substring(7)), foreign);
    String changed =
        index
            .replace(digest, other)
            .replaceAll("\"size\":\\d+", "\"size\":" + foreign.length())
            .replace("image.manifest.v1", "image.index.v1");
    Files.writeString(near.resolve("index.json"), changed);

    assertThat(fetch(pod()).results()).containsEntry("fetched", "true");

    assertThat(near.resolve("index.json")).hasContent(changed);
  }
}
