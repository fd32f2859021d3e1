package dev.stepcache.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.ImageIndex;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.Sweeper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Space that a folder's deleted images took. */
class SweepTest {
  private static final Tag FIRST = new Tag("first");
  private static final Tag SECOND = new Tag("second");

  @TempDir Path temporary;
  private Path folder;
  private LayoutStore store;

  @BeforeEach
  void open() {
    folder = temporary.resolve("store");
    store = new LayoutStore(folder);
  }

  private static byte[] layer(String name) {
    return ("layer " + name).getBytes(StandardCharsets.UTF_8);
  }

  private static Descriptor blob(String name) {
    return Descriptor.of(MediaType.OCI_LAYER_ZSTD, layer(name));
  }

  private static byte[] config(List<String> layers) {
    return new ImageConfig(
            new Platform("linux", "amd64"),
            Instant.EPOCH,
            layers.stream().map(name -> blob(name).digest()).toList())
        .toJson();
  }

  private static byte[] manifest(String... layers) {
    return new Manifest(
            MediaType.OCI_MANIFEST,
            Descriptor.of(MediaType.OCI_CONFIG, config(List.of(layers))),
            Arrays.stream(layers).map(SweepTest::blob).toList(),
            new TreeMap<>())
        .toJson();
  }

  private void upload(MediaType type, byte[] content) throws IOException {
    store.upload(Descriptor.of(type, content), () -> new ByteArrayInputStream(content));
  }

  private void save(Tag tag, String... layers) throws IOException {
    for (String name : layers) {
      upload(MediaType.OCI_LAYER_ZSTD, layer(name));
    }
    upload(MediaType.OCI_CONFIG, config(List.of(layers)));
    store.put(tag, MediaType.OCI_MANIFEST, manifest(layers));
  }

  private void delete(Tag tag, String... layers) throws IOException {
    assertThat(store.deleteTag(tag, Digest.of(manifest(layers))))
        .isEqualTo(new DeletionOutcome.Done());
  }

  private void makeOld() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("blobs/sha256"))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
      }
    }
  }

  private long stored() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("blobs/sha256"))) {
      return files.count();
    }
  }

  @Test
  void freesWhatOnlyTheDeletedImageHadToTheByte() throws IOException {
    save(FIRST, "shared", "one");
    save(SECOND, "shared", "two");
    makeOld();
    delete(FIRST, "shared", "one");

    Sweeper.Swept swept = store.sweep(Duration.ofDays(1));

    long freed =
        layer("one").length
            + config(List.of("shared", "one")).length
            + manifest("shared", "one").length;
    assertThat(swept).isEqualTo(new Sweeper.Swept(3, freed, 0));
    assertThat(store.has(blob("one"))).isFalse();
    assertThat(store.has(blob("shared"))).isTrue();
    assertThat(store.manifest(SECOND)).isPresent();
    assertThat(store.sweep(Duration.ZERO)).isEqualTo(new Sweeper.Swept(0, 0, 0));
  }

  @Test
  void leavesWhatAnUploadMayBeAboutToName() throws IOException {
    save(FIRST, "one");
    upload(MediaType.OCI_LAYER_ZSTD, layer("just sent"));

    assertThat(store.sweep(Duration.ofDays(1)))
        .isEqualTo(new Sweeper.Swept(0, 0, layer("just sent").length));

    assertThat(store.has(blob("just sent"))).isTrue();
  }

  @Test
  void keepsWhatOtherToolsNameThroughAnIndexOfTheirs() throws IOException {
    save(FIRST, "one");
    delete(FIRST, "one");
    byte[] index =
        ("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\""
                + Digest.of(manifest("one"))
                + "\",\"size\":"
                + manifest("one").length
                + "}]}")
            .getBytes(StandardCharsets.UTF_8);
    upload(MediaType.OCI_INDEX, index);
    store.put(SECOND, MediaType.OCI_INDEX, index);

    assertThat(store.sweep(Duration.ZERO)).isEqualTo(new Sweeper.Swept(0, 0, 0));

    assertThat(store.has(blob("one"))).isTrue();
  }

  /** An image of two platforms, whose manifests have no tag. */
  private byte[] saveIndex(Tag tag, MediaType type, String own) throws IOException {
    SequencedMap<Platform, Descriptor> manifests = new LinkedHashMap<>();
    for (String architecture : List.of("amd64", "arm64")) {
      String layer = own + " " + architecture;
      upload(MediaType.OCI_LAYER_ZSTD, layer(layer));
      upload(MediaType.OCI_CONFIG, config(List.of("shared", layer)));
      store.putUntagged(MediaType.OCI_MANIFEST, manifest("shared", layer));
      manifests.put(
          new Platform("linux", architecture),
          Descriptor.of(MediaType.OCI_MANIFEST, manifest("shared", layer)));
    }
    byte[] index = ImageIndex.toJson(type, manifests, new TreeMap<>());
    store.put(tag, type, index);
    return index;
  }

  @Test
  void keepsTheImagesOfAnIndexThatStaysAndTakesThoseOfOneThatWent() throws IOException {
    upload(MediaType.OCI_LAYER_ZSTD, layer("shared"));
    for (MediaType type : List.of(MediaType.OCI_INDEX, MediaType.DOCKER_MANIFEST_LIST)) {
      byte[] index = saveIndex(FIRST, type, "going");
      Tag stays = type.equals(MediaType.OCI_INDEX) ? SECOND : new Tag("third");
      saveIndex(stays, type, "staying");
      assertThat(store.deleteTag(FIRST, Digest.of(index))).isEqualTo(new DeletionOutcome.Done());

      Sweeper.Swept swept = store.sweep(Duration.ZERO);

      assertThat(swept.blobs()).as("the index, two manifests, configs and layers").isEqualTo(7);
      for (String architecture : List.of("amd64", "arm64")) {
        Digest going = Digest.of(manifest("shared", "going " + architecture));
        Digest staying = Digest.of(manifest("shared", "staying " + architecture));
        assertThat(store.manifest(going)).isEmpty();
        assertThat(store.manifest(staying)).isPresent();
        assertThat(store.has(blob("going " + architecture))).isFalse();
        assertThat(store.has(blob("staying " + architecture))).isTrue();
      }
      assertThat(store.has(blob("shared"))).isTrue();
      assertThat(store.manifest(stays)).isPresent();
    }
  }

  @Test
  void removesNothingWhereSomethingCannotBeUnderstood() throws IOException {
    save(FIRST, "one");
    delete(FIRST, "one");
    byte[] odd = "{\"what\":\"nobody knows\"}".getBytes(StandardCharsets.UTF_8);
    store.put(SECOND, MediaType.OCI_MANIFEST, odd);

    assertThatThrownBy(() -> store.sweep(Duration.ZERO))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("none was removed");

    assertThat(store.has(blob("one"))).isTrue();
  }

  @Test
  void removesNothingWhereNobodyCanReadTheIndex() throws IOException {
    save(FIRST, "one");
    Files.writeString(folder.resolve("index.json"), "junk");

    assertThatThrownBy(() -> store.sweep(Duration.ZERO)).isInstanceOf(StoreException.class);

    assertThat(store.has(blob("one"))).isTrue();
  }

  @Test
  void findsNothingInAFolderThatIsNotThere() throws IOException {
    assertThat(store.sweep(Duration.ZERO)).isEqualTo(new Sweeper.Swept(0, 0, 0));
    assertThat(folder).doesNotExist();
  }

  @Test
  void tellsAnUploadThatReliedOnWhatWasSwept() throws IOException {
    save(FIRST, "one");
    delete(FIRST, "one");
    assertThat(store.has(blob("one"))).isTrue();
    store.sweep(Duration.ZERO);

    assertThatThrownBy(() -> store.put(FIRST, MediaType.OCI_MANIFEST, manifest("one")))
        .isInstanceOfSatisfying(
            StoreException.BlobsUnknown.class,
            trouble -> assertThat(trouble.blobs()).contains(blob("one").digest()));

    assertThat(store.manifest(FIRST)).isEmpty();
    save(FIRST, "one");
    assertThat(store.manifest(FIRST)).isPresent();
  }

  @Test
  void sweepsManyMoreThanAtATime() throws IOException {
    for (int number = 0; number < 450; number++) {
      upload(MediaType.OCI_LAYER_ZSTD, layer("number " + number));
    }

    assertThat(store.sweep(Duration.ZERO).blobs()).isEqualTo(450);
    assertThat(stored()).isZero();
  }

  @Test
  void neverLeavesATagWithoutItsBlobsBesideUploadsThatRun() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Future<?> sweeper =
          threads.submit(() -> {
            while (!done.get()) {
              store.sweep(Duration.ZERO);
            }
            return null;
          });
      List<Future<?>> uploads = new ArrayList<>();
      for (int worker = 0; worker < 2; worker++) {
        String own = "of worker " + worker;
        uploads.add(threads.submit(() -> saveAndDeleteOverAndOver(own)));
      }
      for (Future<?> upload : uploads) {
        upload.get();
      }
      done.set(true);
      sweeper.get();
    }
  }

  private Void saveAndDeleteOverAndOver(String own) throws IOException {
    Tag tag = new Tag(own.replace(' ', '-'));
    for (int round = 0; round < 20; round++) {
      boolean saved = false;
      while (!saved) {
        try {
          save(tag, "shared", own);
          saved = true;
        } catch (StoreException.BlobsUnknown e) {
          // As an upload does: it sends again.
        }
      }
      for (String name : List.of("shared", own)) {
        assertThat(store.has(blob(name))).as(name).isTrue();
      }
      assertThat(store.manifest(tag)).isPresent();
      delete(tag, "shared", own);
    }
    return null;
  }
}
