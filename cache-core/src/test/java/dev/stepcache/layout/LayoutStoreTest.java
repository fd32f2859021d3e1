package dev.stepcache.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutStoreTest {
  private static final Tag TAG = new Tag("v1");
  private static final byte[] LAYER = "a layer".getBytes(StandardCharsets.UTF_8);
  private static final Descriptor BLOB = Descriptor.of(MediaType.OCI_LAYER_ZSTD, LAYER);

  @TempDir Path temporary;
  private Path folder;
  private LayoutStore store;

  @BeforeEach
  void open() {
    folder = temporary.resolve("not/there/yet");
    store = new LayoutStore(folder);
  }

  private static byte[] config() {
    return new ImageConfig(new Platform("linux", "amd64"), Instant.EPOCH, List.of(BLOB.digest()))
        .toJson();
  }

  private static byte[] manifest() {
    return new Manifest(
            MediaType.OCI_MANIFEST,
            Descriptor.of(MediaType.OCI_CONFIG, config()),
            List.of(BLOB),
            new TreeMap<>())
        .toJson();
  }

  private void save(Tag tag) throws IOException {
    store.upload(BLOB, () -> new ByteArrayInputStream(LAYER));
    store.upload(
        Descriptor.of(MediaType.OCI_CONFIG, config()), () -> new ByteArrayInputStream(config()));
    store.put(tag, MediaType.OCI_MANIFEST, manifest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"manifests\":5}", "junk"})
  void putsAnIndexAsideThatNobodyCanRead(String junk) throws IOException {
    save(TAG);
    Files.writeString(folder.resolve("index.json"), junk);
    assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Corrupt.class);

    save(TAG);

    assertThat(store.manifest(TAG)).isPresent();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("index.json.")))
          .anySatisfy(file -> assertThat(file).hasContent(junk));
    }
  }

  @Test
  void missesWhereThereIsNoFolder() throws IOException {
    assertThat(store.manifest(TAG)).isEmpty();
    assertThat(store.manifest(BLOB.digest())).isEmpty();
    assertThat(store.has(BLOB)).isFalse();
    assertThat(folder).doesNotExist();
  }

  @Test
  void savesAndReadsBack() throws IOException {
    save(TAG);

    assertThat(store.has(BLOB)).isTrue();
    assertThat(store.manifest(TAG).orElseThrow().content()).isEqualTo(manifest());
    assertThat(store.manifest(Digest.of(manifest())).orElseThrow().mediaType())
        .isEqualTo(MediaType.OCI_MANIFEST);
    assertThat(store.manifest(new Tag("absent"))).isEmpty();
    try (InputStream in = store.blob(BLOB)) {
      assertThat(in.readAllBytes()).isEqualTo(LAYER);
    }
    assertThat(folder.resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
    assertThat(folder.resolve(".ingest")).isEmptyDirectory();
  }

  @Test
  void keepsWhatOthersPutIntoTheIndex() throws IOException {
    save(TAG);
    save(new Tag("v2"));
    save(TAG);

    String index = Files.readString(folder.resolve("index.json"));
    assertThat(index).containsOnlyOnce("\"v1\"").containsOnlyOnce("\"v2\"");
  }

  @Test
  void refusesBytesThatAreNotTheBlob() {
    assertThatThrownBy(() -> store.upload(BLOB, () -> new ByteArrayInputStream(new byte[7])))
        .isInstanceOf(BrokenContentException.class);
    assertThat(store.toString()).isEqualTo("file://" + folder);
    assertThat(folder.resolve(".ingest")).isEmptyDirectory();
    assertThat(folder.resolve("blobs/sha256")).isEmptyDirectory();
  }

  @Test
  void callsABlobThatIsGoneCorrupt() throws IOException {
    save(TAG);
    Files.delete(folder.resolve("blobs/sha256").resolve(BLOB.digest().hex()));

    assertThat(store.has(BLOB)).isFalse();
    assertThatThrownBy(() -> store.blob(BLOB)).isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void callsAManifestThatChangedCorrupt() throws IOException {
    save(TAG);
    Files.writeString(folder.resolve("blobs/sha256").resolve(Digest.of(manifest()).hex()), "{}");

    assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void callsADigestThatIsAPathCorrupt() throws IOException {
    save(TAG);
    Path index = folder.resolve("index.json");
    Files.writeString(
        index, Files.readString(index).replaceAll("sha256:[0-9a-f]{64}", "sha256:../../x"));

    assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void losesNoTagWhenManyWriteAtOnce() throws Exception {
    List<Future<?>> writers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int number = 0; number < 40; number++) {
        Tag tag = new Tag("t" + number);
        writers.add(
            threads.submit(() -> {
              save(tag);
              return tag;
            }));
      }
    }
    for (Future<?> writer : writers) {
      assertThat(store.manifest((Tag) writer.get())).isPresent();
    }
  }

  @Test
  void removesWhatKilledWritersLeftAndNothingOfTheLiving() throws IOException {
    save(TAG);
    Path old = Files.writeString(folder.resolve(".ingest/0123.left"), "half");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    Path young = Files.writeString(folder.resolve(".ingest/4567.living"), "half");
    Files.setLastModifiedTime(young, FileTime.from(Instant.now().minus(Duration.ofHours(23))));

    new LayoutStore(folder).put(TAG, MediaType.OCI_MANIFEST, manifest());

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void givesUpWaitingForSomebodyElsesLock() throws IOException {
    save(TAG);
    LayoutStore impatient = new LayoutStore(folder, Duration.ofMillis(30));
    try (FileChannel channel =
            FileChannel.open(folder.resolve("index.json.lock"), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> impatient.put(TAG, MediaType.OCI_MANIFEST, manifest()))
          .isInstanceOf(StoreException.Throttled.class);
      assertThat(impatient.manifest(TAG)).isPresent();
    }
  }

  @Test
  @org.junit.jupiter.api.Tag("program")
  void isReadBySkopeo() throws Exception {
    save(TAG);
    Process skopeo =
        new ProcessBuilder("skopeo", "inspect", "--raw", "oci:" + folder + ":v1")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();

    assertThat(skopeo.getInputStream().readAllBytes()).isEqualTo(manifest());
    assertThat(skopeo.waitFor()).isZero();
  }
}
