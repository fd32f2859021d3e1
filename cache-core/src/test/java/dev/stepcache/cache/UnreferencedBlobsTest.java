package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.key.Excludes;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A local cache of BuildKit, to which each build adds and from which none takes away. */
class UnreferencedBlobsTest extends OddTree {
  private static final MediaType CACHE_CONFIG =
      new MediaType("application/vnd.buildkit.cacheconfig.v0");

  @BeforeEach
  void leaveOutWhatNothingNames() {
    bench.rules = new SaveRules(1L << 40, false, false, Excludes.NONE, true);
  }

  private Descriptor blob(String layout, MediaType type, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    write(name(layout, Digest.of(bytes)), content);
    return Descriptor.of(type, bytes);
  }

  private static String name(String layout, Digest digest) {
    return layout + "blobs/sha256/" + digest.hex();
  }

  private static String json(Descriptor... blobs) {
    return Arrays.stream(blobs)
        .map(blob ->
            "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(blob.mediaType(), blob.digest(), blob.size()))
        .collect(Collectors.joining(","));
  }

  private Descriptor index(String layout, Descriptor... blobs) throws IOException {
    return blob(
        layout, MediaType.OCI_INDEX, "{\"schemaVersion\":2,\"manifests\":[" + json(blobs) + "]}");
  }

  private Descriptor manifest(String layout, Descriptor config, Descriptor... layers)
      throws IOException {
    return blob(
        layout,
        MediaType.OCI_MANIFEST,
        "{\"schemaVersion\":2,\"config\":" + json(config) + ",\"layers\":[" + json(layers) + "]}");
  }

  private void point(String layout, Descriptor... documents) throws IOException {
    write(layout + "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
    write(layout + "index.json", "{\"schemaVersion\":2,\"manifests\":[" + json(documents) + "]}");
  }

  /** Two builds that share a layer: of the first the other blobs are unneeded then. */
  private List<Descriptor> buildTwice(String layout) throws IOException {
    Descriptor shared = blob(layout, MediaType.OCI_LAYER_GZIP, "base");
    Descriptor old = blob(layout, MediaType.OCI_LAYER_GZIP, "old layer");
    Descriptor oldConfig = blob(layout, CACHE_CONFIG, "{\"old\":1}");
    Descriptor first = index(layout, shared, old, oldConfig);
    point(layout, first);
    Descriptor fresh = blob(layout, MediaType.OCI_LAYER_GZIP, "new layer");
    point(layout, index(layout, shared, fresh, blob(layout, CACHE_CONFIG, "{\"new\":1}")));
    return List.of(old, oldConfig, first);
  }

  private Set<String> saved() throws IOException {
    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    return TreeSnapshot.of(restored).keySet();
  }

  private List<CacheEvent.Unreferenced> told() {
    return bench.events.stream()
        .filter(CacheEvent.Unreferenced.class::isInstance)
        .map(CacheEvent.Unreferenced.class::cast)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "deep/layers/"})
  void areLeftOutWhereverTheLayoutLies(String layout) throws IOException {
    List<Descriptor> old = buildTwice(layout);
    long bytes = old.stream().mapToLong(Descriptor::size).sum();
    write(layout + "another", "file");

    Set<String> saved = saved();

    assertThat(saved)
        .contains(layout + "index.json", layout + "oci-layout", layout + "another")
        .doesNotContainAnyElementsOf(
            old.stream().map(blob -> name(layout, blob.digest())).toList());
    assertThat(saved.stream().filter(name -> name.contains("sha256/"))).hasSize(4);
    assertThat(told())
        .containsExactly(
            new CacheEvent.Unreferenced(layout.replaceFirst("/$", ""), old.size(), bytes));
    assertThat(bench.notices()).isEmpty();
  }

  @Test
  void areNoneOfWhatAManifestBelowNestedIndexesNames() throws IOException {
    Descriptor config = blob("", MediaType.OCI_CONFIG, "{}");
    Descriptor layer = blob("", MediaType.OCI_LAYER_ZSTD, "layer");
    Descriptor image = manifest("", config, layer);
    point("", index("", index("", image)), image);
    Set<String> all = TreeSnapshot.of(tree).keySet();

    assertThat(saved()).isEqualTo(all);
    assertThat(told()).isEmpty();
  }

  @Test
  void areKeptWhereTheyAreToBe() throws IOException {
    buildTwice("");
    bench.rules = SaveRules.upTo(1L << 40);
    Set<String> all = TreeSnapshot.of(tree).keySet();

    assertThat(saved()).isEqualTo(all);
  }

  private interface Damage {
    void strike(Path tree) throws IOException;
  }

  private void assertAllIsSavedAndSaid(Damage damage, String why) throws IOException {
    buildTwice("");
    damage.strike(tree);
    Set<String> all = TreeSnapshot.of(tree).keySet();

    assertThat(saved()).isEqualTo(all);
    assertThat(told()).isEmpty();
    assertThat(bench.notices())
        .singleElement()
        .asString()
        .contains("is saved with all its blobs")
        .contains(why);
  }

  @Test
  void areKeptWhereTheIndexIsNoJson() throws IOException {
    assertAllIsSavedAndSaid(
        tree -> Files.writeString(tree.resolve("index.json"), "{\"manifests\":["), "no JSON");
  }

  @Test
  void areKeptWhereTheIndexNamesNothing() throws IOException {
    assertAllIsSavedAndSaid(
        tree -> Files.writeString(tree.resolve("index.json"), "{}"), "names no manifests");
  }

  @Test
  void areKeptWhereADocumentIsGone() throws IOException {
    Descriptor gone = Descriptor.of(MediaType.OCI_INDEX, new byte[1]);
    assertAllIsSavedAndSaid(tree -> point("", gone), gone.digest() + " is named, and is not there");
  }

  @Test
  void areKeptWhereADocumentHasAnotherContent() throws IOException {
    assertAllIsSavedAndSaid(
        tree -> {
          Descriptor index = index("", blob("", MediaType.OCI_LAYER, "x"));
          point("", index);
          write(name("", index.digest()), "{\"manifests\":[]}");
        },
        "has another content");
  }

  @Test
  void areKeptWhereNobodyKnowsWhatADocumentNames() throws IOException {
    MediaType unknown = new MediaType("application/vnd.example.manifest.v9+json");
    assertAllIsSavedAndSaid(tree -> point("", blob("", unknown, "{}")), "unknown type " + unknown);
  }

  @Test
  void areNoHardLinksOfWhatElseIsSaved() throws IOException {
    List<Descriptor> old = buildTwice("");
    Path blob = tree.resolve(name("", old.getFirst().digest()));
    Files.createLink(tree.resolve("z"), blob);

    assertThat(saved()).contains("z", name("", old.getFirst().digest()));
  }

  @Test
  void comeBackWithNoUpload() throws IOException {
    buildTwice("");
    saved();
    Descriptor left = blob("", MediaType.OCI_LAYER, "left by a build that was killed");

    UploadOutcome again = bench.upload(tree, UploadRequest.When.CHANGED, Optional.empty());

    assertThat(again.reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(tree.resolve(name("", left.digest()))).exists();
  }
}
