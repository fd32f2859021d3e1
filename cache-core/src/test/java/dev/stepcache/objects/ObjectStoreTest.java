package dev.stepcache.objects;

import static dev.stepcache.objects.StoredImages.blob;
import static dev.stepcache.objects.StoredImages.config;
import static dev.stepcache.objects.StoredImages.layer;
import static dev.stepcache.objects.StoredImages.manifest;
import static dev.stepcache.objects.StoredImages.save;
import static dev.stepcache.objects.StoredImages.upload;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.Golden;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.LayoutFile;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Caches in a bucket, and what a bucket does to them. */
class ObjectStoreTest {
  private static final Tag TAG = new Tag("key");
  private static final String BLOBS = "folder/blobs/sha256/";

  private final MemoryBucket bucket = new MemoryBucket();
  private final ObjectStore store = ObjectStores.of(bucket, "folder");

  private static String object(Descriptor blob) {
    return BLOBS + blob.digest().hex();
  }

  private static Descriptor manifestOf(String... layers) {
    return Descriptor.of(MediaType.OCI_MANIFEST, manifest(layers));
  }

  private void assertWhole(Tag tag) throws IOException {
    StoredManifest stored = store.manifest(tag).orElseThrow();
    Manifest manifest = Manifest.parse(stored.content(), stored.mediaType());
    List<Descriptor> blobs = new ArrayList<>(manifest.layers());
    blobs.add(manifest.config());
    for (Descriptor blob : blobs) {
      try (InputStream in = store.blob(blob)) {
        assertThat(Digest.of(in.readAllBytes())).isEqualTo(blob.digest());
      }
    }
  }

  @Test
  void writesWhatDocsFormatSays() throws IOException {
    save(store, TAG, "a");

    Golden.check("bucket-layout", bucket.bytes("folder/oci-layout"));
    Golden.check("bucket-tag", bucket.bytes("folder/tags/key"));
    assertThat(bucket.names())
        .containsExactlyInAnyOrder(
            "folder/oci-layout",
            "folder/tags/key",
            object(blob("a")),
            object(Descriptor.of(MediaType.OCI_CONFIG, config("a"))),
            object(manifestOf("a")));
  }

  @Test
  void asksOnceForATagAndItsManifest() throws IOException {
    save(store, TAG, "a");
    bucket.requests();

    assertWhole(TAG);

    assertThat(bucket.requests())
        .containsExactly(
            "get folder/tags/key",
            "get " + object(blob("a")),
            "get " + object(Descriptor.of(MediaType.OCI_CONFIG, config("a"))));
  }

  @Test
  void listsNothingOnTheWayOfAFetchOrAnUpload() throws IOException {
    assertThat(store.lookUp(TAG)).isInstanceOf(Lookup.Absent.class);
    save(store, TAG, "a", "b");
    save(store, TAG, "a", "c");
    assertWhole(TAG);

    assertThat(bucket.requests()).isNotEmpty().noneMatch(request -> request.startsWith("list"));
  }

  @Test
  void writesTheTagAfterAllThatItNames() throws IOException {
    save(store, TAG, "a");

    List<String> writes =
        bucket.requests().stream().filter(request -> request.startsWith("put")).toList();
    assertThat(writes.getFirst()).isEqualTo("put folder/oci-layout");
    assertThat(writes.getLast()).isEqualTo("put folder/tags/key");
  }

  @Test
  void readsAManifestThatIsTooLargeForItsTagFromItsBlob() throws IOException {
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));
    upload(store, MediaType.OCI_CONFIG, config("a"));
    TreeMap<String, String> annotations = new TreeMap<>();
    annotations.put("large", "x".repeat(2 << 20));
    byte[] large =
        new Manifest(
                MediaType.OCI_MANIFEST,
                Descriptor.of(MediaType.OCI_CONFIG, config("a")),
                List.of(blob("a")),
                annotations)
            .toJson();

    store.put(TAG, MediaType.OCI_MANIFEST, large);

    assertThat(bucket.bytes("folder/tags/key").length).isLessThan(1000);
    assertThat(store.manifest(TAG).orElseThrow().content()).isEqualTo(large);
    bucket.remove(BLOBS + Digest.of(large).hex());
    assertThatThrownBy(() -> store.lookUp(TAG)).isInstanceOf(StoreException.Missing.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "{}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:0\","
            + "\"size\":3}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:"
            + "0000000000000000000000000000000000000000000000000000000000000000\",\"size\":3,"
            + "\"data\":\"AAAA\"}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:"
            + "0000000000000000000000000000000000000000000000000000000000000000\",\"size\":3,"
            + "\"data\":\"???\"}"
      })
  void believesNoTagThatIsBrokenAndReplacesIt(String content) throws IOException {
    save(store, TAG, "a");
    bucket.set("folder/tags/key", content.getBytes(UTF_8));

    assertThatThrownBy(() -> store.lookUp(TAG))
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageStartingWith("read s3://bucket/folder:key: ");

    save(store, TAG, "a");
    assertWhole(TAG);
  }

  @Test
  void replacesABlobThatIsBrokenWhenItIsSentAgain() throws IOException {
    save(store, TAG, "a");
    byte[] broken = layer("a");
    broken[0] ^= 1;
    bucket.set(object(blob("a")), broken);

    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));

    assertWhole(TAG);
  }

  @Test
  void replacesABlobThatItMaySendAndNotRead() throws IOException {
    save(store, TAG, "a");
    bucket.set(object(blob("a")), new byte[] {1});
    bucket.fail((request, name) -> {
      if (request.equals("get") && name.startsWith(BLOBS)) {
        throw new StoreException.Unauthorized("read: no");
      }
    });

    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));

    assertThat(bucket.bytes(object(blob("a")))).isEqualTo(layer("a"));
  }

  @Test
  void sendsNoBlobASecondTimeThatAnotherWriterHasSentMeanwhile() throws IOException {
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));
    bucket.requests();

    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));

    assertThat(bucket.requests())
        .containsExactly("put " + object(blob("a")), "get " + object(blob("a")));
  }

  @Test
  void storesNothingOfASourceThatGivesOtherBytes() {
    byte[] longer = new byte[layer("a").length + 1];
    System.arraycopy(layer("a"), 0, longer, 0, longer.length - 1);
    for (byte[] wrong : List.of(layer("b"), new byte[0], layer("a, and more"), longer)) {
      assertThatThrownBy(() -> store.upload(blob("a"), () -> new ByteArrayInputStream(wrong)))
          .isInstanceOf(BrokenContentException.class);
    }
    assertThat(bucket.names()).containsExactly("folder/oci-layout");
  }

  @Test
  void namesTheBlobsThatLackBeforeItWritesATag() throws IOException {
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));

    assertThatThrownBy(() -> store.put(TAG, MediaType.OCI_MANIFEST, manifest("a", "b")))
        .isInstanceOfSatisfying(
            StoreException.BlobsUnknown.class,
            e ->
                assertThat(e.blobs())
                    .isEqualTo(Set.of(blob("b").digest(), Digest.of(config("a", "b")))));

    assertThat(store.lookUp(TAG)).isInstanceOf(Lookup.Absent.class);
  }

  @Test
  void namesTheBlobsThatASweepTookWhileItWroteTheTagAndLeavesNoTag() throws IOException {
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));
    upload(store, MediaType.OCI_CONFIG, config("a"));
    bucket.fail((request, name) -> {
      if (request.equals("put") && name.equals("folder/tags/key")) {
        bucket.remove(object(blob("a")));
      }
    });

    assertThatThrownBy(() -> store.put(TAG, MediaType.OCI_MANIFEST, manifest("a")))
        .isInstanceOfSatisfying(
            StoreException.BlobsUnknown.class,
            e -> assertThat(e.blobs()).isEqualTo(Set.of(blob("a").digest())));

    assertThat(store.lookUp(TAG)).isInstanceOf(Lookup.Absent.class);
    bucket.fail((request, name) -> {});
    save(store, TAG, "a");
    assertWhole(TAG);
  }

  @Test
  void believesNoTagThatTheBucketTookAndDoesNotHave() throws IOException {
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));
    upload(store, MediaType.OCI_CONFIG, config("a"));
    bucket.fail((request, name) -> {
      if (request.equals("get") && name.equals("folder/tags/key")) {
        bucket.remove(name);
      }
    });

    assertThatThrownBy(() -> store.put(TAG, MediaType.OCI_MANIFEST, manifest("a")))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("nothing was saved");
  }

  @Test
  void leavesNoTagWithoutItsBlobsWhereverAnUploadIsKilled() throws IOException {
    save(store, new Tag("before"), "a");
    bucket.requests();
    save(ObjectStores.of(bucket, "folder"), TAG, "a", "b", "c");
    int requests = bucket.requests().size();
    assertThat(requests).isGreaterThan(15);

    for (int killed = 0; killed < requests; killed++) {
      MemoryBucket another = new MemoryBucket();
      ObjectStore victim = ObjectStores.of(another, "folder");
      save(victim, TAG, "old");
      int last = killed;
      another.requests();
      int[] count = new int[1];
      another.fail((request, name) -> {
        if (count[0]++ >= last) {
          throw new StoreException.Unreachable(request + " " + name + ": killed", null);
        }
      });
      assertThatThrownBy(() -> save(ObjectStores.of(another, "folder"), TAG, "a", "b", "c"))
          .isInstanceOf(StoreException.Unreachable.class);
      another.fail((request, name) -> {});

      ObjectStore after = ObjectStores.of(another, "folder");
      StoredManifest stored = after.manifest(TAG).orElseThrow();
      for (Descriptor blob : Manifest.parse(stored.content(), stored.mediaType()).layers()) {
        assertThat(after.has(blob)).as("killed at request %s", killed).isTrue();
      }
      save(after, TAG, "a", "b", "c");
      assertThat(after.manifest(TAG).orElseThrow().digest())
          .isEqualTo(manifestOf("a", "b", "c").digest());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void endsWithOneWholeImageWhereEightSaveOneKeyAtOnce(boolean careless) throws Exception {
    if (careless) {
      bucket.ignoreConditions();
    }
    List<Future<Object>> saves = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int number = 0; number < 8; number++) {
        String own = "own " + number;
        saves.add(
            threads.submit(() -> {
              save(ObjectStores.of(bucket, "folder"), TAG, "shared", own);
              return "saved";
            }));
      }
    }
    for (Future<Object> save : saves) {
      assertThat(save.get()).isEqualTo("saved");
    }
    assertWhole(TAG);
  }

  @Test
  void refusesAFolderThatIsAnotherToolsLayout() throws IOException {
    bucket.set("folder/oci-layout", LayoutFile.content());
    bucket.set("folder/index.json", "{}".getBytes(UTF_8));

    assertThat(store.lookUp(TAG)).isInstanceOf(Lookup.Absent.class);
    assertThatThrownBy(() -> save(store, TAG, "a"))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining(
            "s3://bucket/folder is another tool's image layout, since it has an index.json");
    assertThatThrownBy(store::tags).hasMessageContaining("is another tool's image layout");
    assertThatThrownBy(() -> store.readiness(new Lookup.Absent(Lookup.Why.MANIFEST)))
        .hasMessageContaining("is another tool's image layout");
    assertThat(bucket.names()).containsExactly("folder/index.json", "folder/oci-layout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"imageLayoutVersion\":\"2.0.0\"}", "{}", "no JSON"})
  void refusesALayoutOfAnotherVersion(String content) {
    bucket.set("folder/oci-layout", content.getBytes(UTF_8));

    assertThatThrownBy(() -> save(store, TAG, "a"))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("s3://bucket/folder/oci-layout is of a version");
    assertThat(bucket.names()).containsExactly("folder/oci-layout");
  }

  @Test
  void takesALayoutThatSaysTheSameInOtherWords() throws IOException {
    byte[] content = "{ \"imageLayoutVersion\": \"1.0.0\" }\n".getBytes(UTF_8);
    bucket.set("folder/oci-layout", content);

    save(store, TAG, "a");

    assertThat(bucket.bytes("folder/oci-layout")).isEqualTo(content);
  }

  @Test
  void tellsAheadThatAnAccountMayNotWrite() throws IOException {
    save(store, TAG, "a");
    bucket.fail((request, name) -> {
      if (request.equals("put")) {
        throw new StoreException.Unauthorized("save: access denied");
      }
    });

    assertThatThrownBy(() -> ObjectStores.of(bucket, "folder").readiness(store.lookUp(TAG)))
        .isInstanceOf(StoreException.Unauthorized.class);
  }

  @Test
  void listsTagsAndNotWhatLiesBesideOrBelowThem() throws IOException {
    assertThat(store.tags()).isEmpty();
    save(store, new Tag("b"), "a");
    save(store, new Tag("a"), "a");
    save(ObjectStores.of(bucket, "folder/tags/nested"), TAG, "a");
    save(ObjectStores.of(bucket, "folder2"), new Tag("other"), "a");
    bucket.set("folder/tags/no tag", new byte[0]);

    assertThat(store.tags().orElseThrow()).containsExactly(new Tag("a"), new Tag("b"));
    assertThat(ObjectStores.of(bucket, "").tags()).isEmpty();
  }

  @Test
  void deletesATagOnlyIfNobodyMovedItInTheMomentBefore() throws IOException {
    save(store, TAG, "a");
    save(store, new Tag("other"), "b");
    byte[] moved = bucket.bytes("folder/tags/other");
    bucket.fail((request, name) -> {
      if (request.equals("delete")) {
        bucket.set("folder/tags/key", moved);
      }
    });

    assertThat(store.deleteTag(TAG, manifestOf("a").digest()))
        .isEqualTo(new DeletionOutcome.Moved(manifestOf("b").digest()));
    assertThat(bucket.bytes("folder/tags/key")).isEqualTo(moved);
  }

  @Test
  void leavesATagAloneThatKeepsChanging() throws IOException {
    save(store, TAG, "a");
    byte[] same = bucket.bytes("folder/tags/key");
    bucket.fail((request, name) -> {
      if (request.equals("delete")) {
        bucket.set("folder/tags/key", same);
      }
    });

    assertThatThrownBy(() -> store.deleteTag(TAG, manifestOf("a").digest()))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("keeps changing");
  }

  @Test
  void saysThatAnAccountMayNotDelete() throws IOException {
    save(store, TAG, "a");
    bucket.refuseDeletion();

    assertThat(store.deleteTag(TAG, manifestOf("a").digest()))
        .isEqualTo(new DeletionOutcome.Refused("delete s3://bucket/folder:key: access denied"));
    assertWhole(TAG);
  }

  @Test
  void tellsTroubleOfEachRequestAsItIs() throws IOException {
    save(store, TAG, "a");
    for (String request : List.of("get", "head", "put", "list", "delete")) {
      StoreException trouble = new StoreException.Throttled(request + " x: later");
      bucket.fail((asked, name) -> {
        if (asked.equals(request)) {
          throw trouble;
        }
      });
      assertThatThrownBy(
              () -> {
                store.lookUp(TAG);
                store.has(blob("a"));
                save(store, TAG, "a");
                store.tags();
                store.deleteTag(TAG, manifestOf("a").digest());
              })
          .isSameAs(trouble);
    }
    bucket.fail((asked, name) -> {});
    assertWhole(TAG);
  }

  @Test
  void namesObjectsByDigestsAlone() {
    assertThat(new LayoutNames("").blobOf("blobs/sha256/" + HexFormat.of().formatHex(new byte[32])))
        .isPresent();
    assertThat(new LayoutNames("").blobOf("blobs/sha256/x")).isEmpty();
  }
}
