package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import dev.stepcache.registry.RegistrySettings;
import dev.stepcache.registry.RegistryStore;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.retry.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A registry whose storage lies: whatever comes of it, no other tree than the one that was saved.
 */
class WrongBytesTest {
  private static final int FLIPS = 100;
  private static final int CUTS = 40;
  private static final String REPOSITORY = "ci/cache";
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(4), 20, Duration.ofSeconds(60));

  @TempDir Path folder;
  private final FakeRegistry registry = FakeRegistry.plain();
  private final Random random = new Random(20);
  private final Map<String, byte[]> blobs = new TreeMap<>();
  private Path tree;
  private Path restored;
  private byte[] manifest = new byte[0];
  private SortedMap<String, TreeSnapshot.Entry> saved = new TreeMap<>();
  private SortedMap<String, TreeSnapshot.Entry> before = new TreeMap<>();

  @BeforeEach
  void saveATree() throws IOException {
    tree = Files.createDirectories(folder.resolve("tree"));
    restored = Files.createDirectories(folder.resolve("restored"));
    for (int i = 0; i < 20; i++) {
      byte[] content = new byte[5000 * i];
      random.nextBytes(content);
      Files.write(Files.createDirectories(tree.resolve("mod/" + i)).resolve("file"), content);
    }
    Files.writeString(tree.resolve("text"), "line\n".repeat(50_000));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("text"));
    assertThat(upload()).isEqualTo(Reason.SAVED);
    blobs.putAll(registry.blobs);
    manifest = registry.manifest(REPOSITORY, Bench.KEY.hex()).orElseThrow();
    saved = TreeSnapshot.of(tree);
    before = TreeSnapshot.of(restored);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private RegistryStore store() {
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse(registry.host() + "/" + REPOSITORY),
            new Login.Anonymous(),
            Trust.JDK_ROOTS,
            true,
            Proxies.NONE,
            new Limits(
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofMillis(50),
                Duration.ofSeconds(20)),
            POLICY,
            retry -> {}));
  }

  private Reason upload() {
    try (RegistryStore store = store()) {
      return Bench.on(store).upload(tree).reason();
    }
  }

  private FetchOutcome fetch() {
    try (RegistryStore store = store()) {
      return Bench.on(store).fetch(restored, RestoreMode.PRESERVE);
    }
  }

  /** True for the saved tree, false for none at all; fails for any other. */
  private boolean restoresTheSavedTreeOrNone(String what) throws IOException {
    FetchOutcome outcome = fetch();
    SortedMap<String, TreeSnapshot.Entry> now = TreeSnapshot.of(restored);
    if (outcome.reason() != Reason.HIT) {
      assertThat(now).as(what + ": " + outcome).isEqualTo(before);
      return false;
    }
    assertThat(now).as(what).isEqualTo(saved);
    restored = Files.createDirectories(folder.resolve("next/" + what.hashCode()));
    before = TreeSnapshot.of(restored);
    return true;
  }

  private void tell(String name, byte[] content) {
    if (name.equals("manifest")) {
      registry.damageManifest(REPOSITORY, Bench.KEY.hex(), content);
    } else {
      registry.blobs.put(name, content);
    }
  }

  private Map<String, byte[]> everything() {
    Map<String, byte[]> all = new TreeMap<>(blobs);
    all.put("manifest", manifest);
    return all;
  }

  @Test
  void acceptsNoneOfAHundredFlips() throws IOException {
    List<Map.Entry<String, byte[]>> all = List.copyOf(everything().entrySet());
    assertThat(all).hasSizeGreaterThanOrEqualTo(4);
    for (int flip = 0; flip < FLIPS; flip++) {
      // Each document gets its share: most bytes lie in one layer.
      Map.Entry<String, byte[]> chosen = all.get(flip % all.size());
      byte[] content = chosen.getValue().clone();
      int bit = random.nextInt(content.length * 8);
      content[bit / 8] ^= (byte) (1 << bit % 8);
      tell(chosen.getKey(), content);
      String what = "bit " + bit + " of " + chosen.getKey();
      assertThat(restoresTheSavedTreeOrNone(what)).as(what).isFalse();
      tell(chosen.getKey(), chosen.getValue());
    }
    assertThat(restoresTheSavedTreeOrNone("mended")).isTrue();
  }

  @Test
  void acceptsNoBlobInThePlaceOfAnother() throws IOException {
    for (String name : blobs.keySet()) {
      for (byte[] other : blobs.values()) {
        if (other != blobs.get(name)) {
          tell(name, other);
          assertThat(restoresTheSavedTreeOrNone(name)).isFalse();
        }
      }
      tell(name, blobs.get(name));
    }
    assertThat(restoresTheSavedTreeOrNone("mended")).isTrue();
  }

  @Test
  void acceptsNothingThatIsCutAnywhereOrGoesOn() throws IOException {
    List<Map.Entry<String, byte[]>> all = List.copyOf(everything().entrySet());
    for (int cut = 0; cut < CUTS; cut++) {
      Map.Entry<String, byte[]> chosen = all.get(cut % all.size());
      byte[] content = chosen.getValue();
      int length = cut < all.size() ? content.length - 1 : random.nextInt(content.length);
      tell(chosen.getKey(), Arrays.copyOf(content, length));
      String what = chosen.getKey() + " cut at " + length;
      assertThat(restoresTheSavedTreeOrNone(what)).as(what).isFalse();
      tell(chosen.getKey(), content);
    }
    for (Map.Entry<String, byte[]> chosen : all) {
      tell(chosen.getKey(), Arrays.copyOf(chosen.getValue(), chosen.getValue().length + 1));
      assertThat(restoresTheSavedTreeOrNone("longer " + chosen.getKey())).isFalse();
      tell(chosen.getKey(), chosen.getValue());
    }
    assertThat(restoresTheSavedTreeOrNone("mended")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 500})
  void takesABlobThatIsLostForNotThereAndTheNextUploadHeals(int status) throws IOException {
    for (String lost : new ArrayList<>(blobs.keySet())) {
      registry.loses(lost, Fault.status(status));

      FetchOutcome miss = fetch();
      assertThat(miss.reason())
          .as(miss.toString())
          .isEqualTo(status == 404 ? Reason.CORRUPT : Reason.REJECTED);
      assertThat(miss.findings().unread()).contains(Digest.parse(lost));
      assertThat(miss.message()).contains(Integer.toString(status));
      assertThat(TreeSnapshot.of(restored)).isEqualTo(before);

      assertThat(upload()).isEqualTo(Reason.SAVED);
      assertThat(restoresTheSavedTreeOrNone("healed " + lost)).isTrue();
    }
  }
}
