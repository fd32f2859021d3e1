package dev.stepcache.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.RestoreMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tag that holds something else than a cache: nobody's upload replaces it. */
class NotACacheTest extends OddTree {
  private static final Tag TAG = new Tag(Bench.KEY.hex());
  private static final Tag LATEST = new Tag("latest");
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final String ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";
  private static final String EMPTY_CONFIG =
      "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},"
          + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";

  @BeforeEach
  void makeACache() throws IOException {
    write("file", "content");
  }

  private Descriptor blob(String type, byte[] content) throws IOException {
    Descriptor blob = Descriptor.of(MediaType.parse(type), content);
    bench.store.upload(blob, () -> new ByteArrayInputStream(content));
    return blob;
  }

  private static String json(Descriptor blob) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(blob.mediaType(), blob.digest(), blob.size());
  }

  private static byte[] gzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(new byte[1024]);
    }
    return bytes.toByteArray();
  }

  private byte[] image(String configType, String config, String more, String... layers)
      throws IOException {
    StringBuilder all = new StringBuilder();
    for (String layer : layers) {
      all.append(all.isEmpty() ? "" : ",").append(json(blob(layer, gzip())));
    }
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\"%s,\"config\":%s,\"layers\":[%s]}"
        .formatted(
            MediaType.OCI_MANIFEST, more, json(blob(configType, config.getBytes(UTF_8))), all)
        .getBytes(UTF_8);
  }

  private static String with(String member) {
    return EMPTY_CONFIG.replace("\"config\":{}", "\"config\":{" + member + "}");
  }

  /** Config type, config, further members and layers of what other tools push. */
  static Stream<Arguments> otherThings() {
    String empty = "application/vnd.oci.empty.v1+json";
    return Stream.of(
        Arguments.of(empty, "{}", ",\"artifactType\":\"text/x\"", new String[] {"text/plain"}),
        Arguments.of(empty, "{}", "", new String[] {GZIP}),
        Arguments.of("application/vnd.unknown.config.v1+json", "{}", "", new String[] {GZIP}),
        Arguments.of(
            "application/vnd.cncf.helm.config.v1+json",
            "{\"name\":\"chart\"}",
            "",
            new String[] {"application/vnd.cncf.helm.chart.content.v1.tar+gzip"}),
        Arguments.of(CONFIG, EMPTY_CONFIG, "", new String[] {GZIP, GZIP}),
        Arguments.of(CONFIG, EMPTY_CONFIG, "", new String[] {}),
        Arguments.of(CONFIG, EMPTY_CONFIG, "", new String[] {ZSTD}),
        Arguments.of(CONFIG, EMPTY_CONFIG, ",\"artifactType\":\"a/b\"", new String[] {GZIP}),
        Arguments.of(CONFIG, with("\"Cmd\":[\"sh\"]"), "", new String[] {GZIP}),
        Arguments.of(CONFIG, with("\"Entrypoint\":[\"/app\"]"), "", new String[] {GZIP}),
        Arguments.of(CONFIG, with("\"Env\":[\"PATH=/bin\"]"), "", new String[] {GZIP}),
        Arguments.of(CONFIG, with("\"User\":\"app\""), "", new String[] {GZIP}));
  }

  @ParameterizedTest
  @MethodSource("otherThings")
  void isLeftAloneWhateverIsAskedFor(String type, String config, String more, String[] layers)
      throws IOException {
    byte[] manifest = image(type, config, more, layers);
    bench.store.put(TAG, MediaType.OCI_MANIFEST, manifest);
    FetchOutcome seen = bench.fetch(restored, RestoreMode.SHARED);
    assertThat(seen.broken()).isEmpty();

    for (UploadRequest.When when : UploadRequest.When.values()) {
      UploadOutcome outcome = bench.upload(tree, when, seen.broken());
      assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.NOT_A_CACHE);
      assertThat(outcome.message()).contains(Bench.KEY.hex()).contains("left alone");
    }
    assertThat(digest(TAG)).isEqualTo(Digest.of(manifest));
    assertThat(bench.store.manifest(LATEST)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(UploadRequest.When.class)
  void isLeftAloneAsAnIndexOfImagesToo(UploadRequest.When when) throws IOException {
    Descriptor image =
        blob("application/vnd.oci.image.manifest.v1+json", image(CONFIG, with(""), "", GZIP, GZIP));
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%s\","
            + "\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\","
            + "\"architecture\":\"amd64\"}}]}";
    byte[] document =
        index
            .formatted(MediaType.OCI_INDEX, image.mediaType(), image.digest(), image.size())
            .getBytes(UTF_8);
    bench.store.put(TAG, MediaType.OCI_INDEX, document);

    assertThat(bench.upload(tree, when, Optional.empty()).reason()).isEqualTo(Reason.NOT_A_CACHE);
    assertThat(digest(TAG)).isEqualTo(Digest.of(document));
  }

  @Test
  void aFetchSaysSoToo() throws IOException {
    bench.store.put(
        TAG,
        MediaType.OCI_MANIFEST,
        image("application/vnd.oci.empty.v1+json", "{}", "", "text/plain"));

    FetchOutcome outcome = bench.fetch(restored, RestoreMode.SHARED);
    assertThat(outcome.reason()).isEqualTo(Reason.NOT_A_CACHE);
    assertThat(outcome.message()).contains("no cache tool made");
  }

  @Test
  void anothersCacheIsReplacedWhereThatIsAskedFor() throws IOException {
    bench.store.put(TAG, MediaType.OCI_MANIFEST, image(CONFIG, EMPTY_CONFIG, "", GZIP));

    assertThat(bench.upload(tree, UploadRequest.When.ALWAYS, Optional.empty()).reason())
        .isEqualTo(Reason.SAVED);
  }

  @Test
  void latestStaysWhereNoCacheToolMadeIt() throws IOException {
    byte[] app = image(CONFIG, with("\"Cmd\":[\"sh\"]"), "", GZIP);
    bench.store.put(LATEST, MediaType.OCI_MANIFEST, app);
    bench.latestIsOurs = false;

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    assertThat(digest(LATEST)).isEqualTo(Digest.of(app));
    assertThat(bench.notices())
        .anySatisfy(notice -> assertThat(notice).contains("'latest'").contains("left alone"));
  }

  @Test
  void latestIsMovedWhereItIsACacheOrNothing() throws IOException {
    bench.latestIsOurs = false;
    bench.upload(tree);
    Digest first = digest(LATEST);
    write("more", "more");
    bench.upload(tree, UploadRequest.When.ALWAYS, Optional.empty());

    assertThat(digest(LATEST)).isNotEqualTo(first).isEqualTo(digest(TAG));
  }

  private Digest digest(Tag tag) throws IOException {
    return bench.store.manifest(tag).orElseThrow().digest();
  }

  @ParameterizedTest
  @EnumSource(
      value = UploadRequest.When.class,
      names = {"MISS", "CHANGED"})
  void aCacheOfAnotherPlatformIsNoneForBothSteps(UploadRequest.When when) throws IOException {
    bench.upload(tree);
    Digest first = digest(TAG);
    bench.platform = new Platform("linux", "arm64");

    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.PLATFORM);
    write("more", "more");
    // As the other platform's pod has no local index of it.
    dropLocalIndex();
    UploadOutcome outcome = bench.upload(tree, when, Optional.empty());
    assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.PLATFORM);
    assertThat(outcome.message()).contains("linux/amd64").contains("linux/arm64");
    assertThat(digest(TAG)).isEqualTo(first);
  }

  /** As images are that tools make from nothing, such as the caches of others. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"architecture\":\"\",\"os\":\"\",",
        "\"architecture\":\"amd64\",",
        "\"os\":null,",
        ""
      })
  void aCacheThatStatesNoPlatformIsSaidToAndGivesWayToOneThatDoes(String platform)
      throws IOException {
    String config =
        "{%s\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
            .formatted(platform, Digest.of(new byte[1024]));
    bench.store.put(TAG, MediaType.OCI_MANIFEST, image(CONFIG, config, "", GZIP));

    FetchOutcome fetched = bench.fetch(restored, RestoreMode.SHARED);
    assertThat(fetched.reason()).as(fetched.toString()).isEqualTo(Reason.PLATFORM);
    assertThat(fetched.message()).contains("does not state what platform it is for");
    UploadOutcome outcome = bench.upload(tree);
    assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.SAVED);
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void anArtifactWithoutLayersIsNoCacheAndNotABrokenOne() throws IOException {
    String artifact =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"artifactType\":\"text/x\",\"config\":%s}"
            .formatted(
                MediaType.OCI_MANIFEST,
                json(blob("application/vnd.oci.empty.v1+json", "{}".getBytes(UTF_8))));
    bench.store.put(TAG, MediaType.OCI_MANIFEST, artifact.getBytes(UTF_8));

    FetchOutcome outcome = bench.fetch(restored, RestoreMode.SHARED);
    assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.NOT_A_CACHE);
    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.NOT_A_CACHE);
  }

  private void dropLocalIndex() throws IOException {
    Files.deleteIfExists(tree.resolve(".stepcache/index"));
  }

  @Test
  void aCacheOfAnyPlatformIsOneWhereTheKeyHasNone() throws IOException {
    bench.upload(tree);
    bench.platform = new Platform("linux", "arm64");
    bench.anyPlatform = true;

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.EXISTS);
  }
}
