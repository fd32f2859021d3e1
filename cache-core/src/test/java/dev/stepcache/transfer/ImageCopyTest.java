package dev.stepcache.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.cache.FaultyStore;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCopyTest {
  private static final Tag TAG = new Tag("copied");
  private static final int LAYERS = 3;

  @TempDir Path folder;
  private FaultyStore from;
  private FaultyStore to;
  private StoreReference place;
  private StoredManifest image;
  private final AtomicLong progress = new AtomicLong();

  @BeforeEach
  void storeAnImage() throws IOException {
    from = new FaultyStore(new LayoutStore(folder.resolve("from")));
    to = new FaultyStore(new LayoutStore(folder.resolve("to")));
    place = StoreReference.parse("file://" + folder.resolve("from"));
    List<Descriptor> layers = new ArrayList<>();
    for (int number = 0; number < LAYERS; number++) {
      byte[] layer = new byte[100_000];
      new Random(number).nextBytes(layer);
      layers.add(stored(MediaType.OCI_LAYER_ZSTD, layer));
    }
    byte[] config =
        new ImageConfig(
                new Platform("linux", "amd64"),
                Instant.EPOCH,
                layers.stream().map(Descriptor::digest).toList())
            .toJson();
    byte[] manifest =
        new Manifest(
                MediaType.OCI_MANIFEST,
                stored(MediaType.OCI_CONFIG, config),
                layers,
                new TreeMap<>())
            .toJson();
    from.put(TAG, MediaType.OCI_MANIFEST, manifest);
    image = from.manifest(TAG).orElseThrow();
    from.operations.clear();
  }

  private Descriptor stored(MediaType type, byte[] content) throws IOException {
    Descriptor blob = Descriptor.of(type, content);
    from.upload(blob, () -> new ByteArrayInputStream(content));
    return blob;
  }

  private ImageCopy.Copied copy() throws IOException {
    return copyTo(to);
  }

  private ImageCopy.Copied copyTo(Store target) throws IOException {
    return new ImageCopy(from, place, target, 2, progress::addAndGet).copy(image, TAG);
  }

  private void isWholeAtItsNewPlace() throws IOException {
    assertThat(to.manifest(TAG).orElseThrow().content()).isEqualTo(image.content());
    Manifest manifest = ImageReader.manifest(image);
    for (Descriptor layer : manifest.layers()) {
      try (InputStream there = to.blob(layer);
          InputStream here = from.blob(layer)) {
        assertThat(there.readAllBytes()).isEqualTo(here.readAllBytes());
      }
    }
    assertThat(to.has(manifest.config())).isTrue();
  }

  @Test
  void isTheSameImageAndItsManifestComesLast() throws IOException {
    ImageCopy.Copied copied = copy();

    assertThat(copied.digest()).isEqualTo(image.digest());
    assertThat(copied.sent()).isEqualTo(LAYERS + 1).isEqualTo(copied.blobs());
    assertThat(copied.moved()).isTrue();
    assertThat(progress).hasValue(copied.bytes());
    assertThat(to.operations.getLast()).isEqualTo("put copied");
    isWholeAtItsNewPlace();
  }

  @Test
  void sendsNothingThatIsThereAndPutsNoTagThatHasTheImage() throws IOException {
    copy();
    to.operations.clear();

    ImageCopy.Copied again = copy();

    assertThat(again.sent()).isZero();
    assertThat(again.bytes()).isZero();
    assertThat(again.moved()).isFalse();
    assertThat(to.operations).noneMatch(done -> done.startsWith("upload")).doesNotContain("put");
  }

  @Test
  void thatIsCutOffLeavesNoTagAndTheNextOneGoesOn() throws IOException {
    AtomicLong uploads = new AtomicLong();
    to.fault =
        operation -> {
          if (operation.startsWith("upload") && uploads.incrementAndGet() == LAYERS) {
            throw new StoreException.Rejected("upload: no room is left");
          }
        };
    assertThatThrownBy(this::copy).isInstanceOf(StoreException.Rejected.class);
    assertThat(to.manifest(TAG)).isEmpty();
    to.fault = operation -> {};

    ImageCopy.Copied copied = copy();

    assertThat(copied.sent()).isLessThan(copied.blobs());
    isWholeAtItsNewPlace();
  }

  /** Which mounts nothing in truth, and says so when the manifest comes. */
  @Test
  void asksTheOtherToMountBeforeItSendsAndSendsWhatIsNotThereThen() throws IOException {
    to.mountsAll = true;

    ImageCopy.Copied copied = copy();

    List<String> first = to.operations.subList(0, to.operations.indexOf("put copied"));
    assertThat(first).filteredOn(done -> done.startsWith("mount")).hasSize(LAYERS + 1);
    assertThat(first).noneMatch(done -> done.startsWith("upload"));
    assertThat(copied.moved()).isTrue();
    isWholeAtItsNewPlace();
  }

  @Test
  void bringsNoWrongBytes() throws IOException {
    Digest wrong = ImageReader.manifest(image).layers().getLast().digest();
    from.flipped = blob -> blob.digest().equals(wrong);

    assertThatThrownBy(this::copy).isInstanceOf(BrokenContentException.class);

    assertThat(to.manifest(TAG)).isEmpty();
  }

  @Test
  void sendsOnceMoreWhatTheOtherSaidToHave() throws IOException {
    copyTo(to);
    Digest lost = ImageReader.manifest(image).layers().getFirst().digest();
    Tag other = new Tag("other");
    List<String> puts = new ArrayList<>();
    to.operations.clear();
    to.fault =
        operation -> {
          if (operation.startsWith("put")) {
            puts.add(operation);
            if (puts.size() == 1) {
              throw new StoreException.BlobsUnknown("save: blob unknown", Set.of(lost));
            }
          }
        };

    ImageCopy.Copied copied =
        new ImageCopy(from, place, to, 2, progress::addAndGet).copy(image, other);

    assertThat(copied.sent()).isEqualTo(1);
    assertThat(to.operations).contains("upload " + lost);
    assertThat(to.manifest(other)).isPresent();
  }

  @Test
  void refusesAnIndexOfImages() {
    image =
        new StoredManifest(
            image.digest(),
            MediaType.OCI_INDEX,
            "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(this::copy).isInstanceOf(MalformedDocumentException.class);
  }
}
