package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Platform;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever others may write, into a registry's answers, a tree, lock files or params: the log has
 * lines of ours only, and nothing in them that a terminal obeys.
 */
class ForgedLogTest {
  /** A forged line, a terminal's escapes, a bell, C1 controls, bidi overrides, invisible ones. */
  private static final String EVIL =
      "x\r\nfetched=true\n\u001b[2K\u001b]0;t\u0007\b\u0085\u009b31m\u202e\u2066\u200b\ufeff\u2028\u2029y";

  private static final String JSON =
      EVIL.chars()
          .mapToObj(c -> c < ' ' || c > '~' ? String.format("\\u%04x", c) : Character.toString(c))
          .reduce("", String::concat);

  /** What a header may hold of it. */
  private static final String HEADER = "x\t\u0085\u009b31m\u007f y";

  private static final Pattern RAW = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\n]]");
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  @TempDir Path folder;
  private final FakeRegistry registry = FakeRegistry.tls();
  private Path cachePath;

  @BeforeEach
  void makeATree() throws IOException {
    cachePath = Files.createDirectories(folder.resolve("cache"));
    Files.writeString(cachePath.resolve("file"), "content");
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private OnePod pod() throws IOException {
    return new OnePod(Files.createTempDirectory(folder, "pod"))
        .patterns()
        .param("CACHE_PATH", cachePath.toString())
        .param("CA", FakeRegistry.authority(folder).toString());
  }

  private String reference() {
    return "oci://" + registry.host() + "/ci/cache:saved";
  }

  private static void assertHonest(OnePod.Ran ran) {
    assertThat(ran.log()).isNotEmpty();
    assertThat(RAW.matcher(ran.log()).results().map(found -> (int) found.group().charAt(0)))
        .as(ran.log())
        .isEmpty();
    assertThat(ran.log().lines())
        .noneMatch(line -> line.startsWith("fetched=") || line.startsWith("y"));
    ran.results().forEach((name, value) -> assertThat(value).as(name).doesNotContainPattern(RAW));
  }

  private static Fault all(int status) {
    return Fault.status(
        status,
        "{\"errors\":[{\"code\":\"" + JSON + "\",\"message\":\"" + JSON + "\"}]}",
        "Location",
        "https://127.0.0.1:1/" + HEADER,
        "WWW-Authenticate",
        "Bearer realm=\"https://127.0.0.1:1/" + HEADER + "\",service=\"" + HEADER + "\"",
        "Content-Type",
        HEADER,
        "Docker-Content-Digest",
        "sha256:" + HEADER,
        "Content-Range",
        HEADER,
        "Retry-After",
        HEADER);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 206, 301, 307, 400, 401, 403, 404, 410, 416, 501})
  void inARegistrysAnswers(int status) throws IOException {
    for (String method : new String[] {"GET", "HEAD", "POST", "PUT"}) {
      registry.mend();
      registry.always(method, "/v2/", all(status));
      assertHonest(pod().fetch(reference()));
      assertHonest(pod().upload(reference()));
    }
  }

  @Test
  void inAnErrorThatIsNoJson() throws IOException {
    registry.always("GET", "/manifests/", Fault.status(400, EVIL));
    registry.always("POST", "/uploads/", Fault.status(400, EVIL));

    OnePod.Ran fetch = pod().fetch(reference());
    assertThat(fetch.log()).contains("\\u001b");
    assertHonest(fetch);
    assertHonest(pod().upload(reference()));
  }

  private enum Place {
    TYPE,
    CONFIG_TYPE,
    LAYER_TYPE,
    DIGEST,
    FORMAT,
    KEY,
    ARCHITECTURE,
    OS,
    DIFF_ID;

    String text(Place other, String usual) {
      return this == other ? JSON : usual;
    }
  }

  @ParameterizedTest
  @EnumSource
  void inAManifestAndItsConfig(Place evil) throws IOException {
    byte[] layer = "no archive".getBytes(StandardCharsets.UTF_8);
    Digest digest = registry.addBlob(layer);
    byte[] config =
        """
        {"architecture":"%s","os":"%s","rootfs":{"type":"layers","diff_ids":["%s"]}}
        """
            .formatted(
                evil.text(Place.ARCHITECTURE, Platform.current().architecture()),
                evil.text(Place.OS, "linux"),
                evil.text(Place.DIFF_ID, digest.toString()))
            .getBytes(StandardCharsets.UTF_8);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":%d},
         "layers":[{"mediaType":"%s","digest":"%s","size":%d}],
         "annotations":{"dev.stepcache.format":"%s","dev.stepcache.key":"%s"}}
        """
            .formatted(
                evil.text(Place.TYPE, MANIFEST),
                evil.text(Place.CONFIG_TYPE, "application/vnd.oci.image.config.v1+json"),
                registry.addBlob(config),
                config.length,
                evil.text(Place.LAYER_TYPE, "application/vnd.oci.image.layer.v1.tar"),
                evil.text(Place.DIGEST, digest.toString()),
                layer.length,
                evil.text(Place.FORMAT, "1"),
                evil.text(Place.KEY, "ab".repeat(32)));
    registry.addManifest("ci/cache", "saved", MANIFEST, manifest.getBytes(StandardCharsets.UTF_8));

    OnePod.Ran ran = pod().fetch(reference());

    assertThat(ran.log()).contains("WARNING: ");
    assertHonest(ran);
  }

  @Test
  void inTheNamesOfFilesAndOfLockFiles() throws Exception {
    String name = EVIL.replace("/", "");
    Files.writeString(cachePath.resolve(name), "content");
    Files.createDirectories(cachePath.resolve(name + "d"));
    Files.writeString(cachePath.resolve(name + "d").resolve("credentials"), "secret");
    new ProcessBuilder("mkfifo", cachePath.resolve(name + "p").toString()).start().waitFor();
    Path work = Files.createDirectories(folder.resolve("work"));
    Files.writeString(work.resolve(name + ".lock"), "one");
    String keyed = reference().replace("saved", "{{hash}}");

    OnePod pod = pod().param("WORKING_DIR", work.toString()).patterns("*.lock");
    assertHonest(pod.fetch(keyed));
    Files.writeString(work.resolve(name + ".lock"), "two");
    OnePod.Ran saved = pod.upload(keyed);
    assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");
    assertThat(saved.log()).contains("credentials").contains("\\u001b");
    assertHonest(saved);
    Files.writeString(work.resolve(name + ".lock"), "three");
    Files.writeString(work.resolve(name + "2.lock"), "four");
    OnePod.Ran miss = pod().param("WORKING_DIR", work.toString()).patterns("*.lock").fetch(keyed);
    assertThat(miss.log()).contains("miss: ");
    assertHonest(miss);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SOURCE", "CACHE_PATH", "WORKING_DIR", "INSECURE", "FAIL_ON", "OPENSHIFT", "MAX_SIZE",
        "TIMEOUT", "DOCKER_CONFIG", "CA", "MODE", "KEY", "FETCHED", "PRESET"
      })
  void inAParam(String name) throws IOException {
    OnePod pod = pod();
    if (name.equals("SOURCE")) {
      assertHonest(pod.fetch(reference() + EVIL));
      assertHonest(pod.upload(reference() + EVIL));
      return;
    }
    pod.param(name, name.equals("CACHE_PATH") ? cachePath + EVIL : EVIL);
    assertHonest(pod.fetch(reference()));
    assertHonest(pod.upload(reference()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATTERNS", "FALLBACK_KEYS", "EXCLUDES", "no-such-list"})
  void inAList(String name) throws IOException {
    OnePod pod = pod().param("WORKING_DIR", folder.toString());
    if (name.equals("PATTERNS")) {
      pod.patterns("**" + EVIL);
    } else {
      pod.list(name, EVIL);
    }
    assertHonest(pod.fetch(reference().replace("saved", "{{hash}}")));
  }
}
