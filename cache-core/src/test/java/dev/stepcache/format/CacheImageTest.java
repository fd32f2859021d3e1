package dev.stepcache.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a manifest says of an image's format. */
class CacheImageTest {
  private static Manifest manifest(Map<String, String> annotations) {
    return new Manifest(
        MediaType.OCI_MANIFEST,
        Descriptor.of(MediaType.OCI_CONFIG, new byte[] {'{', '}'}),
        List.of(),
        new TreeMap<>(annotations));
  }

  @Test
  void anotherToolsImageSaysNoFormat() throws MalformedDocumentException {
    assertThat(CacheImage.format(manifest(Map.of("org.opencontainers.image.title", "x")))).isZero();
  }

  @Test
  void oursSaysItsFormat() throws MalformedDocumentException {
    assertThat(CacheImage.format(manifest(Map.of(CacheImage.FORMAT_ANNOTATION, "7")))).isEqualTo(7);
  }

  @Test
  void isNotTakenForAnotherToolsWhenOnlyItsFormatWasLost() {
    assertThatThrownBy(
            () -> CacheImage.format(manifest(Map.of(CacheImage.KEY_ANNOTATION, "ab".repeat(32)))))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("has a key and no " + CacheImage.FORMAT_ANNOTATION);
  }
}
