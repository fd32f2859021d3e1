package dev.stepcache.objects;

import static dev.stepcache.objects.StoredImages.save;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.LayoutFile;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layout that a store in a bucket makes of its folder. */
class ObjectStoreFolderTest extends ObjectStoreCase {
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
  void namesObjectsByDigestsAlone() {
    assertThat(new LayoutNames("").blobOf("blobs/sha256/" + HexFormat.of().formatHex(new byte[32])))
        .isPresent();
    assertThat(new LayoutNames("").blobOf("blobs/sha256/x")).isEmpty();
  }
}
