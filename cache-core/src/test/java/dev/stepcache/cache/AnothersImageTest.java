package dev.stepcache.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.RestoreMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images as tekton-caches pushes them: one gzip layer, and a config that says nothing. */
class AnothersImageTest {
  private static final Tag FIXED = new Tag("fixed");
  private static final Tag THEIR_KEY = new Tag("cd".repeat(32));

  @TempDir Path folder;
  private Bench bench;
  private Path restored;

  @BeforeEach
  void pushAsTheyDo() throws IOException {
    bench = Bench.layout(folder.resolve("store"));
    restored = folder.resolve("restored");
    byte[] tar = tar("sub/file", "hello\n".getBytes(UTF_8));
    Descriptor layer = put("application/vnd.oci.image.layer.v1.tar+gzip", gzip(tar));
    // Recorded from crane.Append to an empty image, by tekton-caches.
    String config =
        "{\"architecture\":\"\",\"created\":\"0001-01-01T00:00:00Z\",\"history\":"
            + "[{\"created\":\"0001-01-01T00:00:00Z\"}],\"os\":\"\",\"rootfs\":{\"type\":\"layers\","
            + "\"diff_ids\":[\"%s\"]},\"config\":{}}";
    Descriptor described =
        put(
            "application/vnd.oci.image.config.v1+json",
            config.formatted(Digest.of(tar)).getBytes(UTF_8));
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(MediaType.OCI_MANIFEST, json(described), json(layer));
    for (Tag tag : new Tag[] {FIXED, THEIR_KEY, new Tag(Bench.KEY.hex())}) {
      bench.store.put(tag, MediaType.OCI_MANIFEST, manifest.getBytes(UTF_8));
    }
  }

  private Descriptor put(String type, byte[] content) throws IOException {
    Descriptor blob = Descriptor.of(MediaType.parse(type), content);
    bench.store.upload(blob, () -> new ByteArrayInputStream(content));
    return blob;
  }

  private static String json(Descriptor blob) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(blob.mediaType(), blob.digest(), blob.size());
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(gzipped)) {
      gzip.write(bytes);
    }
    return gzipped.toByteArray();
  }

  /** A file in ustar, and the end of an archive. */
  private static byte[] tar(String name, byte[] content) {
    byte[] tar = new byte[512 + 512 + 1024];
    put(tar, 0, name);
    put(tar, 100, "0000644\0" + "0000000\0" + "0000000\0");
    put(tar, 124, "%011o\0".formatted(content.length) + "14524000000\0" + "        0");
    put(tar, 257, "ustar\0" + "00");
    System.arraycopy(content, 0, tar, 512, content.length);
    int sum = 0;
    for (int at = 0; at < 512; at++) {
      sum += tar[at];
    }
    put(tar, 148, "%06o\0 ".formatted(sum));
    return tar;
  }

  private static void put(byte[] into, int at, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    System.arraycopy(bytes, 0, into, at, bytes.length);
  }

  @Test
  void isRestoredFromAFixedPathAndIsNoHitSoThatOursIsSaved() throws IOException {
    FetchOutcome outcome = bench.fetch(restored, FIXED);

    assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.FALLBACK);
    assertThat(restored.resolve("sub/file")).hasContent("hello\n");
    assertThat(bench.events)
        .filteredOn(CacheEvent.AnothersArchive.class::isInstance)
        .singleElement()
        .extracting(Object::toString)
        .asString()
        .contains(":fixed");
  }

  @Test
  void isRestoredAsAFallbackUnderAKeyOfTheirs() throws IOException {
    FetchOutcome outcome = bench.fallback(restored, THEIR_KEY);

    assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.FALLBACK);
    assertThat(restored.resolve("sub/file")).hasContent("hello\n");
  }

  @Test
  void isNotMeantByAKeyOfOurs() {
    FetchOutcome outcome = bench.fetch(restored, RestoreMode.SHARED);

    assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.PLATFORM);
    assertThat(restored).doesNotExist();
  }

  @Test
  void givesWayToOursAtAFixedPath() throws IOException {
    bench.fetch(restored, FIXED);
    Files.writeString(restored.resolve("new"), "new");

    assertThat(bench.upload(restored).reason()).isEqualTo(Reason.SAVED);
  }
}
