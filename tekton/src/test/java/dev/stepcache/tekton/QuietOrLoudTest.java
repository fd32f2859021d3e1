package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Platform;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.step.FailOn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failures are quiet and which are loud, and what FAIL_ON makes of them. */
class QuietOrLoudTest {
  private static final String TAG = "saved";

  @TempDir Path folder;
  private final FakeRegistry registry = FakeRegistry.tls();
  private Path cachePath;
  private Path secondPath;

  @BeforeEach
  void makeATree() throws IOException {
    cachePath = Files.createDirectories(folder.resolve("cache"));
    secondPath = Files.createDirectories(folder.resolve("second"));
    Files.writeString(cachePath.resolve("file"), "content");
    Files.writeString(secondPath.resolve("own"), "of an earlier build");
  }

  @AfterEach
  void close() {
    registry.close();
  }

  /** Something that goes wrong, and its reason. */
  private enum Trouble {
    SERVER_ERROR("rejected|unreachable", r -> r.always("GET", "/manifests/", Fault.status(500))),
    TOO_MANY_REQUESTS(
        "throttled",
        r -> r.always("GET", "/manifests/", Fault.status(429, "", "Retry-After", "86400"))),
    LOGIN_DEMANDED("unauthorized", r -> r.login().basic("alice", "wonder")),
    LOGIN_REFUSED("unauthorized", r -> r.always("GET", "/manifests/", Fault.status(403))),
    BLOB_GONE("corrupt", r -> r.blobs.clear()),
    WRONG_DIGEST("corrupt", r -> r.always("GET", "/blobs/", Fault.flip())),
    NO_ARCHIVE("corrupt", QuietOrLoudTest::addWhatIsNoArchive);

    private final String reason;
    private final Arrangement arrangement;

    Trouble(String reason, Arrangement arrangement) {
      this.reason = reason;
      this.arrangement = arrangement;
    }

    private interface Arrangement {
      void in(FakeRegistry registry);
    }
  }

  private static void addWhatIsNoArchive(FakeRegistry registry) {
    byte[] layer = "no archive".repeat(100).getBytes(StandardCharsets.UTF_8);
    Digest digest = registry.addBlob(layer);
    byte[] config =
        """
        {"architecture":"%s","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]}}
        """
            .formatted(Platform.current().architecture(), digest)
            .getBytes(StandardCharsets.UTF_8);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}
        """
            .formatted(registry.addBlob(config), config.length, digest, layer.length);
    registry.addManifest(
        "ci/cache",
        TAG,
        "application/vnd.oci.image.manifest.v1+json",
        manifest.getBytes(StandardCharsets.UTF_8));
  }

  private OnePod pod(Path cache) throws IOException {
    return new OnePod(Files.createTempDirectory(folder, "pod"))
        .patterns()
        .param("CACHE_PATH", cache.toString())
        .param("CA", FakeRegistry.authority(folder).toString());
  }

  private String reference(String tag) {
    return "oci://" + registry.host() + "/ci/cache:" + tag;
  }

  private void save() throws IOException {
    OnePod.Ran saved = pod(cachePath).upload(reference(TAG));
    assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");
    assertThat(saved.exitCode()).isZero();
    assertThat(saved.log()).doesNotContain("WARNING");
  }

  private static void assertTrouble(OnePod.Ran ran, String verdict, String reason, int exitCode) {
    assertThat(ran.results()).as(ran.log()).containsEntry(verdict, "false");
    assertThat(ran.results().get("reason")).matches(reason);
    assertThat(ran.log()).containsOnlyOnce("WARNING: " + ran.results().get("reason") + ": ");
    assertThat(ran.exitCode()).isEqualTo(exitCode);
    if (exitCode == 1) {
      assertThat(ran.log())
          .containsOnlyOnce("ERROR: " + ran.results().get("reason") + ": this step fails");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MANIFEST_UNKNOWN", "NAME_UNKNOWN"})
  void aMissIsQuiet(String code) throws IOException {
    registry.fault(
        "GET", "/manifests/", Fault.status(404, "{\"errors\":[{\"code\":\"" + code + "\"}]}"));

    OnePod.Ran miss = pod(secondPath).fetch(reference("absent"));

    assertThat(miss.results()).containsEntry("fetched", "false").containsEntry("reason", "miss");
    assertThat(miss.exitCode()).isZero();
    assertThat(miss.log()).contains("miss: ").doesNotContain("WARNING");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SERVER_ERROR")
  void troubleWithAStoreIsOneWarning(Trouble trouble) throws IOException {
    save();
    trouble.arrangement.in(registry);
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(secondPath);

    assertTrouble(pod(secondPath).fetch(reference(TAG)), "fetched", trouble.reason, 0);
    assertTrouble(
        pod(secondPath).param("FAIL_ON", "error").fetch(reference(TAG)),
        "fetched",
        trouble.reason,
        1);
    assertThat(TreeSnapshot.of(secondPath)).isEqualTo(before);
  }

  /** It is asked again, with pauses. */
  @Test
  @Tag("slow")
  void anErrorOfTheServerIsOneWarning() throws IOException {
    troubleWithAStoreIsOneWarning(Trouble.SERVER_ERROR);
  }

  @Test
  void aCertificateThatNobodyKnowsIsOneWarning() throws IOException {
    OnePod pod = pod(secondPath).param("CA", "");
    assertTrouble(pod.fetch(reference(TAG)), "fetched", "tls", 0);
    assertTrouble(pod.param("FAIL_ON", "error").upload(reference(TAG)), "uploaded", "tls", 1);
  }

  @Test
  void aRegistryThatSaysNothingIsOneWarning() throws IOException {
    registry.always("GET", "/", Fault.stall());

    OnePod pod = pod(secondPath).param("TIMEOUT", "1s");
    assertTrouble(pod.fetch(reference(TAG)), "fetched", "timeout", 0);
    assertTrouble(pod.param("FAIL_ON", "error").fetch(reference(TAG)), "fetched", "timeout", 1);
  }

  @Test
  @Tag("root")
  void aDiskThatTakesNothingIsOneWarning() throws Exception {
    save();
    Path disk = Files.createDirectories(folder.resolve("disk"));
    for (String options : new String[] {"ro", "size=4k,nr_inodes=2"}) {
      Assumptions.assumeTrue(
          run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()),
          "not run: mounting needs root");
      try {
        OnePod pod = pod(disk.resolve("cache"));
        assertTrouble(pod.fetch(reference(TAG)), "fetched", "disk", 0);
        assertTrouble(pod.param("FAIL_ON", "error").fetch(reference(TAG)), "fetched", "disk", 1);
      } finally {
        run("umount", disk.toString());
      }
    }
  }

  @Test
  void anUploadThatCannotBeSentIsOneWarning() throws IOException {
    registry.always("POST", "/blobs/uploads/", Fault.status(403));

    assertTrouble(pod(cachePath).upload(reference(TAG)), "uploaded", "unauthorized", 0);
    assertTrouble(
        pod(cachePath).param("FAIL_ON", "error").upload(reference(TAG)),
        "uploaded",
        "unauthorized",
        1);
    assertThat(registry.manifest("ci/cache", TAG)).isEmpty();
  }

  @Test
  void specialFilesAreAWarningAndTheRestIsSaved() throws Exception {
    Assumptions.assumeTrue(
        run("mkfifo", cachePath.resolve("fifo").toString()), "not run: no fifo can be made here");

    OnePod.Ran saved = pod(cachePath).param("FAIL_ON", "error").upload(reference(TAG));

    assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");
    assertThat(saved.log()).containsOnlyOnce("WARNING: ").contains("1 ");
    assertThat(saved.exitCode()).isZero();
  }

  @Test
  void whatCannotBeReadIsAWarningAndNothingIsPublished() throws Exception {
    // As root no mode forbids to read, but no name that is not UTF-8 can be saved.
    Assumptions.assumeTrue(
        run("sh", "-c", "touch '" + cachePath + "'/$(printf 'x\\377')"),
        "not run: no such name can be made here");

    assertTrouble(pod(cachePath).upload(reference(TAG)), "uploaded", "unreadable", 0);
    assertTrouble(
        pod(cachePath).param("FAIL_ON", "error").upload(reference(TAG)),
        "uploaded",
        "unreadable",
        1);
    assertThat(registry.manifest("ci/cache", TAG)).isEmpty();
  }

  @Test
  void credentialsThatAParamNamesAndAreNotThereAreOneWarningAndNoOtherSourceIsTried()
      throws IOException {
    OnePod pod = pod(cachePath).param("DOCKER_CONFIG", folder.resolve("absent").toString());

    assertTrouble(pod.fetch(reference(TAG)), "fetched", "credentials", 0);
    assertTrouble(pod.upload(reference(TAG)), "uploaded", "credentials", 0);
    assertTrouble(
        pod.param("FAIL_ON", "error").upload(reference(TAG)), "uploaded", "credentials", 1);
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void aMissFailsWhereItIsAskedTo() throws IOException {
    OnePod pod = pod(secondPath).param("FAIL_ON", "error");
    assertThat(pod.fetch(reference("absent")).exitCode()).isZero();

    OnePod.Ran miss = pod.param("FAIL_ON", "miss").fetch(reference("absent"));

    assertThat(miss.exitCode()).isEqualTo(1);
    assertThat(miss.log()).contains("ERROR: miss: this step fails, since FAIL_ON is miss");
    assertThat(miss.results()).containsEntry("fetched", "false").containsEntry("reason", "miss");
  }

  @ParameterizedTest
  @EnumSource
  void whatWentWellNeverFails(FailOn failOn) throws IOException {
    OnePod pod = pod(cachePath).param("FAIL_ON", failOn.name());

    assertThat(pod.upload(reference(TAG)).exitCode()).isZero();
    assertThat(pod.upload(reference(TAG)).exitCode()).isZero();
    assertThat(pod.fetch(reference(TAG)).results()).containsEntry("fetched", "true");
    assertThat(pod.param("FETCHED", "true").upload(reference(TAG)).exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "SOURCE, h2://host/name",
    "SOURCE, oci://host",
    "CACHE_PATH, /",
    "CACHE_PATH, /etc/passwd",
    "PATTERNS, ",
    "INSECURE, maybe",
    "FAIL_ON, always"
  })
  void aMistakeIsAnErrorBeforeAnyRequest(String name, String value) throws IOException {
    OnePod pod = pod(cachePath).param("WORKING_DIR", folder.toString()).patterns("**absent.lock");
    String source = name.equals("SOURCE") ? value : reference("{{hash}}");
    if (value != null && !name.equals("SOURCE")) {
      pod.param(name, value);
    }

    OnePod.Ran ran = pod.fetch(source);

    assertThat(ran.exitCode()).as(ran.log()).isEqualTo(2);
    assertThat(ran.log()).startsWith("ERROR: " + name).hasLineCount(1);
    assertThat(ran.results()).containsEntry("fetched", "false");
    assertThat(registry.seen()).isEmpty();
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
