package dev.stepcache.objects;

import static dev.stepcache.objects.StoredImages.blob;
import static dev.stepcache.objects.StoredImages.config;
import static dev.stepcache.objects.StoredImages.layer;
import static dev.stepcache.objects.StoredImages.manifest;
import static dev.stepcache.objects.StoredImages.save;
import static dev.stepcache.objects.StoredImages.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.Golden;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Caches in a bucket, and what a bucket does to them. */
class ObjectStoreTest extends ObjectStoreCase {
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
}
