package dev.stepcache.objects;

import static dev.stepcache.objects.StoredImages.save;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Tag;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The tags of a store in a bucket: told, and deleted. */
class ObjectTagsTest extends ObjectStoreCase {
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
}
