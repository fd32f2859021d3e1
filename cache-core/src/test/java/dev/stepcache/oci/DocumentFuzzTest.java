package dev.stepcache.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepcache.Fuzz;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DocumentFuzzTest {
  private static final Descriptor BLOB = Descriptor.of(MediaType.OCI_LAYER_ZSTD, new byte[5]);

  @Test
  void manifest() {
    TreeMap<String, String> annotations = new TreeMap<>();
    annotations.put("dev.stepcache.format", "1");
    byte[] seed =
        new Manifest(MediaType.OCI_MANIFEST, BLOB, List.of(BLOB, BLOB), annotations).toJson();
    Fuzz.run(
        List.of(seed), json -> "" + Manifest.parse(json, MediaType.OCI_MANIFEST).layers().size());
  }

  @Test
  void config() {
    byte[] seed =
        new ImageConfig(
                new Platform("linux", "amd64"),
                Instant.EPOCH,
                List.of(BLOB.digest(), BLOB.digest()))
            .toJson();
    Fuzz.run(List.of(seed), json -> "" + ImageConfig.parse(json).diffIds().size());
  }

  @Test
  void reference() {
    Fuzz.run(
        List.of(
            "registry.example:5000/team/cache:tag".getBytes(UTF_8),
            ("[::1]:443/a/b@sha256:" + "ab".repeat(32)).getBytes(UTF_8)),
        text -> {
          try {
            ImageReference parsed = ImageReference.parse(new String(text, UTF_8));
            return "" + ImageReference.parse(parsed.toString()).equals(parsed);
          } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage()).replaceAll("'.*'", "");
          }
        });
  }
}
