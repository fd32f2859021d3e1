package dev.stepcache.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a document of 4 MiB may be made of. */
class LargeDocumentTest {
  @Test
  void refusesAManifestOfAMillionObjects() {
    byte[] document = ("{\"layers\":[{}" + ",{}".repeat(1_000_000) + "]}").getBytes(UTF_8);
    assertThatThrownBy(() -> Manifest.parse(document, MediaType.OCI_MANIFEST))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("Token count");
  }

  @Test
  void readsAManifestOfAThousandLayers() throws MalformedDocumentException {
    Descriptor blob = Descriptor.of(MediaType.OCI_LAYER_ZSTD, new byte[5]);
    List<Descriptor> layers = Collections.nCopies(1000, blob);
    byte[] document = new Manifest(MediaType.OCI_MANIFEST, blob, layers, new TreeMap<>()).toJson();

    assertThat(Manifest.parse(document, MediaType.OCI_MANIFEST).layers()).hasSize(1000);
  }
}
