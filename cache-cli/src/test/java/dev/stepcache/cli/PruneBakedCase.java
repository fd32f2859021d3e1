package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.LayoutDocument;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Nightly images, and bases to bake them of. */
abstract class PruneBakedCase extends BakeCase {
  static final String BOTH = AMD64 + "," + ARM64;

  private static final Instant TONIGHT = Instant.now();

  /** Where the images lie that are baked of; never in what is pruned. */
  String base() {
    return "file://" + folder.resolve("base");
  }

  private static Instant ago(int nights) {
    return TONIGHT.minus(Duration.ofDays(nights));
  }

  static String nightly(int nightsAgo) {
    return "nightly-"
        + DateTimeFormatter.BASIC_ISO_DATE.format(
            LocalDate.ofInstant(ago(nightsAgo), ZoneOffset.UTC));
  }

  /** For two platforms, as {@code oci} and {@code docker}. */
  void saveBases() throws IOException {
    for (String types : List.of("oci", "docker")) {
      boolean docker = types.equals("docker");
      imagesOfTwo(
          base(),
          types,
          image(base(), AMD64, docker, tar().file("arch", 0644, "x86 " + types)),
          image(base(), ARM64, docker, tar().file("arch", 0644, "arm " + types)));
    }
    Path work = Files.createDirectories(folder.resolve("work"));
    Files.writeString(work.resolve("tool"), "a tool");
  }

  void bakeNight(int ago, String repository, String base, String platforms, String tags) {
    Ran ran =
        bakeAt(
            ago(ago),
            repository,
            "--base",
            base() + ":" + base,
            "--platform",
            platforms,
            "--working-dir",
            folder.resolve("work").toString(),
            "--copy",
            "tool=/opt/tool",
            "--tag",
            tags);
    assertFine(ran);
  }

  /** What another builder makes of an image: labels and annotations are handed down. */
  void buildOn(String repository, String from, String tag) throws IOException {
    try (OpenStores stores = stores()) {
      Store store = stores.of(StoreReference.repository(repository));
      StoredManifest stored = store.manifest(new Tag(from)).orElseThrow();
      Manifest manifest = Manifest.parse(stored.content(), stored.mediaType());
      ObjectNode config = read(repository + ":" + from).config();
      config.put("created", "2026-11-01T00:00:00Z");
      config.withArrayProperty("history").addObject().put("created_by", "RUN make");
      byte[] document = Json.bytes(config);
      Descriptor blob = Descriptor.of(manifest.config().mediaType(), document);
      store.upload(blob, () -> new ByteArrayInputStream(document));
      store.put(
          new Tag(tag),
          stored.mediaType(),
          new Manifest(stored.mediaType(), blob, manifest.layers(), manifest.annotations())
              .toJson());
    }
  }

  List<Digest> members(String repository, String tag) throws IOException {
    try (OpenStores stores = stores()) {
      StoredManifest stored =
          stores.of(StoreReference.repository(repository)).manifest(new Tag(tag)).orElseThrow();
      return LayoutDocument.parse(stored.content()).documents().stream()
          .map(Descriptor::digest)
          .toList();
    }
  }

  List<Digest> present(String repository, List<Digest> manifests) throws IOException {
    List<Digest> present = new ArrayList<>();
    try (OpenStores stores = stores()) {
      Store store = stores.of(StoreReference.repository(repository));
      for (Digest manifest : manifests) {
        if (store.manifest(manifest).isPresent()) {
          present.add(manifest);
        }
      }
    }
    return present;
  }

  void assertRuns(String reference, Platform... platforms) throws IOException {
    for (Platform platform : platforms) {
      assertThat(read(reference, platform).files()).as(reference).containsKey("arch");
    }
  }

  List<String> tags(String repository) {
    return lines(runInsecurely("list", "--names", repository).out());
  }
}
