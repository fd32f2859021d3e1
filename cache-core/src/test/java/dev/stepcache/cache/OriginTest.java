package dev.stepcache.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.Golden;
import dev.stepcache.format.CacheImage;
import dev.stepcache.key.Scope;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image that says for whom it is, and how long the build took that made it. */
class OriginTest extends OddTree {
  private static final Tag TAG = new Tag(Bench.KEY.hex());

  @BeforeEach
  void makeACache() throws IOException {
    write("file", "content");
    Files.setLastModifiedTime(tree.resolve("file"), FileTime.fromMillis(1_700_000_000_000L));
  }

  private StoredManifest stored() throws IOException {
    return bench.store.manifest(TAG).orElseThrow();
  }

  private Manifest manifest() throws IOException {
    return Manifest.parse(stored().content(), MediaType.OCI_MANIFEST);
  }

  private void made(String scope, Integer seconds) {
    bench.origin =
        new UploadRequest.Origin(
            Optional.of(Scope.of(scope)), Optional.ofNullable(seconds).map(Duration::ofSeconds));
  }

  private FetchOutcome fetch() {
    return bench.fetch(restored, RestoreMode.SHARED);
  }

  @Test
  void isAnAnnotationAsTheFormatSays() throws IOException {
    made("feature/JIRA-1 grün", 44);

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    Golden.check(
        "origin",
        (manifest().annotations().toString().replace(Bench.KEY.hex(), "KEY") + "\n")
            .getBytes(UTF_8));
    assertThat(CacheImage.scope(manifest())).contains(Scope.of("feature/JIRA-1 grün"));
    assertThat(CacheImage.buildTime(manifest())).contains(Duration.ofSeconds(44));
  }

  @Test
  void isToldByWhoeverRestoresIt() {
    made("main", 44);
    bench.upload(tree);

    assertThat(fetch().restored().orElseThrow().buildTime()).contains(Duration.ofSeconds(44));
  }

  @Test
  void isNotSaidWhereTheTagSaysIt() throws IOException {
    bench.upload(tree);
    StoredManifest unscoped = stored();
    made("main", null);

    bench.upload(tree, UploadRequest.When.ALWAYS, Optional.empty());

    assertThat(stored().digest()).isEqualTo(unscoped.digest());
    assertThat(CacheImage.scope(manifest())).isEmpty();
    assertThat(fetch().restored().orElseThrow().buildTime()).isEmpty();
  }

  @Test
  void makesNoNewImageOfATreeThatIsThere() throws IOException {
    made("a/b", 44);
    bench.upload(tree);
    StoredManifest first = stored();
    made("a/b", 99);

    assertThat(bench.upload(tree, UploadRequest.When.ALWAYS, Optional.empty()).reason())
        .isEqualTo(Reason.UNCHANGED);
    assertThat(bench.upload(tree, UploadRequest.When.CHANGED, Optional.empty()).reason())
        .isEqualTo(Reason.UNCHANGED);

    assertThat(stored().digest()).isEqualTo(first.digest());
  }

  @Test
  void ofAnotherTreeIsThatOfItsOwnBuild() throws IOException {
    made("main", 44);
    bench.upload(tree);
    made("main", 99);
    write("other", "content");

    bench.upload(tree, UploadRequest.When.CHANGED, Optional.empty());

    assertThat(CacheImage.buildTime(manifest())).contains(Duration.ofSeconds(99));
  }

  private Manifest saying(String name, String value) throws IOException {
    bench.upload(tree);
    SortedMap<String, String> annotations = new TreeMap<>(manifest().annotations());
    annotations.put(name, value);
    Manifest other =
        new Manifest(MediaType.OCI_MANIFEST, manifest().config(), manifest().layers(), annotations);
    bench.store.put(TAG, MediaType.OCI_MANIFEST, other.toJson());
    return other;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1.5", "44s", "9999999999", "\n1"})
  void thatIsNoTimeIsPassedOver(String value) throws IOException {
    assertThat(CacheImage.buildTime(saying("dev.stepcache.build-seconds", value))).isEmpty();

    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void thatIsNoScopeIsPassedOver() throws IOException {
    assertThat(CacheImage.scope(saying("dev.stepcache.scope", " "))).isEmpty();

    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void ofALaterVersionIsSkipped() throws IOException {
    Manifest later = saying("dev.stepcache.of-a-later-version", "x");

    assertThat(CacheImage.format(later)).isEqualTo(CacheImage.FORMAT);
    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
  }
}
