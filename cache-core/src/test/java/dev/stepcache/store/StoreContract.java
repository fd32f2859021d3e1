package dev.stepcache.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each store promises, whichever it is: one that passes can hold caches. */
public abstract class StoreContract {
  private static final Tag TAG = new Tag("contract");
  private static final byte[] LAYER = random(100_000, 1);
  private static final Descriptor BLOB = Descriptor.of(MediaType.OCI_LAYER_ZSTD, LAYER);
  private static final Descriptor ABSENT =
      Descriptor.of(MediaType.OCI_LAYER_ZSTD, "is nowhere".getBytes(StandardCharsets.UTF_8));

  private Store store;

  /** A store that holds nothing, and whose account may do all. */
  protected abstract Store open() throws IOException;

  /** Another repository of the same store, in which nothing is. */
  protected abstract StoreReference neighbour();

  @BeforeEach
  void openTheStore() throws IOException {
    store = open();
  }

  @AfterEach
  void closeTheStore() {
    store.close();
  }

  private static byte[] random(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  /** A config that differs by its time. */
  private static byte[] config(int number) {
    return new ImageConfig(
            new Platform("linux", "amd64"), Instant.ofEpochSecond(number), List.of(BLOB.digest()))
        .toJson();
  }

  private static byte[] manifest(int number) {
    return new Manifest(
            MediaType.OCI_MANIFEST,
            Descriptor.of(MediaType.OCI_CONFIG, config(number)),
            List.of(BLOB),
            new TreeMap<>())
        .toJson();
  }

  private void upload(MediaType type, byte[] content) throws IOException {
    store.upload(Descriptor.of(type, content), () -> new ByteArrayInputStream(content));
  }

  private void save(Tag tag, int number) throws IOException {
    upload(MediaType.OCI_LAYER_ZSTD, LAYER);
    upload(MediaType.OCI_CONFIG, config(number));
    store.put(tag, MediaType.OCI_MANIFEST, manifest(number));
  }

  private byte[] read(Descriptor blob) throws IOException {
    try (InputStream in = store.blob(blob)) {
      return in.readAllBytes();
    }
  }

  private void assertFound(TagOrDigest selector, byte[] manifest) throws IOException {
    StoredManifest found = store.lookUp(selector).found().orElseThrow();
    assertThat(found.content()).isEqualTo(manifest);
    assertThat(found.digest()).isEqualTo(Digest.of(manifest));
    assertThat(found.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
  }

  @Test
  void missesWhereNothingIsStored() throws IOException {
    assertThat(store.lookUp(TAG)).isInstanceOf(Lookup.Absent.class);
    assertThat(store.lookUp(ABSENT.digest())).isInstanceOf(Lookup.Absent.class);
    assertThat(store.manifest(TAG)).isEmpty();
    assertThat(store.has(BLOB)).isFalse();
    assertThat(store.lacks(BLOB)).isTrue();
  }

  @Test
  void givesBackWhatWasSaved() throws IOException {
    save(TAG, 1);

    assertFound(TAG, manifest(1));
    assertFound(Digest.of(manifest(1)), manifest(1));
    assertThat(read(BLOB)).isEqualTo(LAYER);
    assertThat(read(Descriptor.of(MediaType.OCI_CONFIG, config(1)))).isEqualTo(config(1));
    assertThat(store.has(BLOB)).isTrue();
    assertThat(store.lacks(BLOB)).isFalse();
    assertThat(store.lookUp(new Tag("another"))).isInstanceOf(Lookup.Absent.class);
  }

  @Test
  void answersNothingDifferentlyForWhatWasAskedBefore() throws IOException {
    assertThat(store.lookUp(TAG)).isInstanceOf(Lookup.Absent.class);
    assertThat(store.has(BLOB)).isFalse();
    save(TAG, 1);
    assertFound(TAG, manifest(1));
    assertThat(store.has(BLOB)).isTrue();
    assertThat(store.lookUp(new Tag("another"))).isInstanceOf(Lookup.Absent.class);

    save(TAG, 1);

    assertFound(TAG, manifest(1));
  }

  @Test
  void movesATagToWhatWasPutLastAndKeepsWhatItNamedByItsDigest() throws IOException {
    save(TAG, 1);
    save(TAG, 2);

    assertFound(TAG, manifest(2));
    assertFound(Digest.of(manifest(1)), manifest(1));
  }

  @Test
  void namesOneManifestByManyTags() throws IOException {
    save(TAG, 1);
    store.put(new Tag("latest"), MediaType.OCI_MANIFEST, manifest(1));

    assertFound(TAG, manifest(1));
    assertFound(new Tag("latest"), manifest(1));
  }

  @Test
  void saysThatABlobIsMissingWhoseBytesAreWanted() throws IOException {
    save(TAG, 1);

    assertThatThrownBy(() -> read(ABSENT)).isInstanceOf(StoreException.Missing.class);
    assertThat(store.has(ABSENT)).isFalse();
  }

  @Test
  void takesNoBytesThatAreNotTheBlob() throws IOException {
    byte[] wrong = LAYER.clone();
    wrong[0] ^= 1;

    assertThatThrownBy(() -> store.upload(BLOB, () -> new ByteArrayInputStream(wrong)))
        .isInstanceOf(IOException.class);

    assertThat(store.has(BLOB)).isFalse();
    upload(MediaType.OCI_LAYER_ZSTD, LAYER);
    assertThat(read(BLOB)).isEqualTo(LAYER);
  }

  @Test
  void takesABlobTwice() throws IOException {
    upload(MediaType.OCI_LAYER_ZSTD, LAYER);
    upload(MediaType.OCI_LAYER_ZSTD, LAYER);

    assertThat(read(BLOB)).isEqualTo(LAYER);
  }

  @Test
  void servesManyAtOnce() throws Exception {
    List<Future<byte[]>> reads = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int number = 0; number < 16; number++) {
        byte[] content = random(50_000, number + 2);
        reads.add(
            threads.submit(() -> {
              upload(MediaType.OCI_LAYER_ZSTD, content);
              return read(Descriptor.of(MediaType.OCI_LAYER_ZSTD, content));
            }));
      }
    }
    for (int number = 0; number < 16; number++) {
      assertThat(reads.get(number).get()).isEqualTo(random(50_000, number + 2));
    }
  }

  @Test
  void mountsNothingFromWhereNothingIs() throws IOException {
    save(TAG, 1);
    if (store.offers(Mounter.class).isPresent()) {
      assertThat(store.offers(Mounter.class).get().mount(ABSENT, neighbour())).isFalse();
    }
    assertThat(store.has(ABSENT)).isFalse();
    assertFound(TAG, manifest(1));
  }

  @Test
  void letsAnAccountSaveThatItSaysMaySave() throws IOException {
    Lookup seen = store.lookUp(TAG);
    if (store.offers(Preflight.class).isPresent()) {
      assertThat(store.offers(Preflight.class).get().readiness(seen)).isNotNull();
    }
    save(TAG, 1);
    assertFound(TAG, manifest(1));
  }

  @Test
  void listsEachTagOnceAndInOrder() throws IOException {
    TagLister lister = store.offers(TagLister.class).orElseThrow();
    assertThat(lister.tags().map(SortedSet::size).orElse(0)).isZero();
    for (String name : List.of("b", "latest", "a-1.x")) {
      save(new Tag(name), 1);
    }
    save(new Tag("b"), 2);

    assertThat(lister.tags().orElseThrow())
        .containsExactly(new Tag("a-1.x"), new Tag("b"), new Tag("latest"));
  }

  private Deleter deleter() {
    return store.offers(Deleter.class).orElseThrow();
  }

  private static Digest image(int number) {
    return Digest.of(manifest(number));
  }

  @Test
  void takesATagAwayAndNoOtherOfItsImageOrSaysThatItCannot() throws IOException {
    save(TAG, 1);
    store.put(new Tag("latest"), MediaType.OCI_MANIFEST, manifest(1));

    switch (deleter().deleteTag(TAG, image(1))) {
      case DeletionOutcome.Done _ ->
          assertThat(store.lookUp(TAG)).isInstanceOf(Lookup.Absent.class);
      case DeletionOutcome.Unsupported(String why) -> {
        assertThat(why).startsWith("delete " + store + ":" + TAG + ": ");
        assertFound(TAG, manifest(1));
      }
      case DeletionOutcome other -> throw new AssertionError(other);
    }
    assertFound(new Tag("latest"), manifest(1));
    assertFound(image(1), manifest(1));
    assertThat(read(BLOB)).isEqualTo(LAYER);
  }

  @Test
  void leavesATagAloneThatNamesAnotherImageByNow() throws IOException {
    save(TAG, 1);
    save(TAG, 2);

    assertThat(deleter().deleteTag(TAG, image(1))).isEqualTo(new DeletionOutcome.Moved(image(2)));

    assertFound(TAG, manifest(2));
  }

  @Test
  void saysOfATagThatItIsGoneAlready() throws IOException {
    assertThat(deleter().deleteTag(TAG, image(1))).isEqualTo(new DeletionOutcome.Absent());
    save(TAG, 1);
    assertThat(deleter().deleteTag(new Tag("other"), image(1)))
        .isEqualTo(new DeletionOutcome.Absent());
    assertFound(TAG, manifest(1));
  }

  @Test
  void takesAnImageAwayWithAllItsTagsOrSaysThatItCannot() throws IOException {
    save(TAG, 1);
    store.put(new Tag("latest"), MediaType.OCI_MANIFEST, manifest(1));
    save(new Tag("other"), 2);

    switch (deleter().deleteImage(image(1))) {
      case DeletionOutcome.Done _ -> {
        assertThat(store.lookUp(TAG)).isInstanceOf(Lookup.Absent.class);
        assertThat(store.lookUp(new Tag("latest"))).isInstanceOf(Lookup.Absent.class);
        assertThat(deleter().deleteImage(image(1))).isEqualTo(new DeletionOutcome.Absent());
      }
      case DeletionOutcome.Unsupported(String why) -> {
        assertThat(why).startsWith("delete " + store + "@" + image(1) + ": ");
        assertFound(TAG, manifest(1));
      }
      case DeletionOutcome other -> throw new AssertionError(other);
    }
    assertFound(new Tag("other"), manifest(2));
    assertThat(read(BLOB)).isEqualTo(LAYER);
  }

  @Test
  void savesWhatWasDeletedOnceMore() throws IOException {
    save(TAG, 1);
    if (deleter().deleteTag(TAG, image(1)) instanceof DeletionOutcome.Unsupported) {
      assertThat(deleter().deleteImage(image(1))).isEqualTo(new DeletionOutcome.Done());
    }
    assertThat(store.lookUp(TAG)).isInstanceOf(Lookup.Absent.class);

    save(TAG, 1);

    assertFound(TAG, manifest(1));
    assertThat(read(BLOB)).isEqualTo(LAYER);
  }

  @Test
  void isNamedByItsSchemeAndWithoutATag() {
    assertThat(store.toString())
        .matches("(oci|file|s3|gs|azblob)://.+")
        .doesNotContain(TAG.value(), "@");
  }

  @Test
  void mayBeClosedTwice() throws IOException {
    save(TAG, 1);
    store.close();
    store.close();
  }
}
