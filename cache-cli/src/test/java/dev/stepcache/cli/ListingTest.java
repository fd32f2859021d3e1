package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a listing asks, keeps, filters and sorts. */
class ListingTest extends CliCase {
  private FakeRegistry registry = FakeRegistry.plain();
  private String repository = "";
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void aRegistryOfItsOwn() {
    repository = "oci://" + registry.host() + "/team/cache";
    environment = Map.of("XDG_CACHE_HOME", folder.resolve("xdg").toString());
  }

  @AfterEach
  void closeTheRegistry() {
    registry.close();
  }

  private Ran list(String... more) {
    String[] all =
        Stream.concat(Stream.of("list", "--insecure", repository), Stream.of(more))
            .toArray(String[]::new);
    return runIn(environment, all);
  }

  private Path known() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("xdg/stepcache/images-1"))) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void asksForNoBlobASecondTime() throws IOException {
    saveTwo(repository);
    Ran first = list();
    assertThat(registry.seen("GET", "/blobs/")).isNotEmpty();
    registry.forgetSeen();

    Ran second = list();

    assertThat(second.out()).isEqualTo(first.out()).contains("2 caches in 3 tags");
    assertThat(registry.seen("GET", "/blobs/")).isEmpty();
    assertThat(Files.getPosixFilePermissions(known()).toString()).doesNotContain("GROUP", "OTHERS");
  }

  @Test
  void asksAgainForWhatIsDamagedInItsOwnFile() throws IOException {
    saveTwo(repository);
    Ran first = list();
    for (String damage : List.of("", "nonsense\n\n \n", "\u0000\u0001")) {
      String whole = Files.readString(known());
      Files.writeString(known(), damage + whole.replace(" linux/", " other/"));
      registry.forgetSeen();

      assertThat(list().out()).isEqualTo(first.out());
      assertThat(registry.seen("GET", "/blobs/")).isNotEmpty();
    }
  }

  @Test
  void worksWhereItsFileCannotBeWritten() throws IOException {
    saveTwo(repository);
    Files.writeString(folder.resolve("xdg"), "a file");

    assertThat(list().code()).isZero();
  }

  @Test
  void forgetsNothingForAFilter() throws IOException {
    saveTwo(repository);
    list();
    write("more", 10);
    save(repository, "third", new CacheKey("3c".repeat(32)));

    assertThat(list("--tag", "third").out()).contains("1 cache in 1 tag");
    registry.forgetSeen();

    assertThat(list().out()).contains("3 caches in 4 tags");
    assertThat(registry.seen("GET", "/blobs/")).isEmpty();
  }

  @org.junit.jupiter.api.Tag("slow")
  @Test
  void comesBackWhenItIsAskedToAndListsAllOfManyTags() throws IOException {
    write("one", 100);
    for (int at = 0; at < 40; at++) {
      save(repository, "tag-" + at, new CacheKey(String.format("%064x", at)));
    }
    Fault later = Fault.status(429, "", "Retry-After", "0");
    registry.fault("GET", "/manifests/", later, later, later);

    assertThat(list().out()).contains("caches in 40 tags");
  }

  @Test
  void listsNamesWithoutALookAtThem() throws IOException {
    saveTwo(repository);
    saveForeign(repository, "image");
    registry.forgetSeen();

    assertThat(lines(list("--names").out())).containsExactly("first", "image", "latest", "second");
    assertThat(registry.seen("GET", "/manifests/")).isEmpty();
    assertThat(list("--names", "--output", "json", "--tag", "[fi]*").out())
        .isEqualTo("{\"repository\":\"" + repository + "\",\"tags\":[\"first\",\"image\"]}\n");
  }

  @Test
  void filtersByScopeAndShowsIt() throws IOException {
    write("one", 100);
    String key = FIRST.hex();
    save(repository, "scope.main." + key, FIRST);
    save(repository, "scope.pr-42." + key, FIRST);
    save(repository, key, FIRST);

    assertThat(lines(list().out()).getFirst()).endsWith("SCOPE");
    Ran main = list("--scope", "refs/heads/main");
    assertThat(lines(main.out())).hasSize(3);
    assertThat(main.out()).contains("scope.main.", " main\n");
    assertThat(lines(list("--sort", "scope").out()).get(1)).startsWith(key);
  }

  /** A cache of which nothing but its config tells a time. */
  private void saveOld(String tag, Instant created) throws IOException {
    byte[] config = new ImageConfig(new Platform("linux", "amd64"), created, List.of()).toJson();
    Descriptor configBlob = Descriptor.of(MediaType.OCI_CONFIG, config);
    byte[] layer = "no layer".getBytes(StandardCharsets.UTF_8);
    Descriptor blob = Descriptor.of(MediaType.OCI_LAYER_GZIP, layer);
    TreeMap<String, String> annotations = new TreeMap<>(Map.of("dev.stepcache.format", "1"));
    try (OpenStores stores = stores()) {
      Store store = stores.of(StoreReference.repository(repository));
      store.upload(configBlob, () -> new ByteArrayInputStream(config));
      store.upload(blob, () -> new ByteArrayInputStream(layer));
      store.put(
          new Tag(tag),
          MediaType.OCI_MANIFEST,
          new Manifest(MediaType.OCI_MANIFEST, configBlob, List.of(blob), annotations).toJson());
    }
  }

  @Test
  void filtersByAge() throws IOException {
    saveOld("young", Instant.now().minus(Duration.ofDays(2)));
    saveOld("old", Instant.now().minus(Duration.ofDays(40)));
    saveOld("unknown", Instant.EPOCH);

    assertThat(lines(list("--older-than", "30d").out()).subList(1, 3))
        .satisfiesExactly(
            old -> assertThat(old).startsWith("old ").contains("~40 d"),
            sum -> assertThat(sum).startsWith("1 cache in 1 tag"));
    assertThat(list("--older-than", "1w", "--sort", "age").out()).contains("1 cache in 1 tag");
    assertThat(list("--older-than", "1d").out()).contains("2 caches in 2 tags");
    assertThat(list("--older-than", "soon").code()).isEqualTo(2);
  }

  @Test
  void tellsExactlyWhenACacheWasSavedWhereItsIndexSaysSo() throws IOException {
    saveTwo(repository);

    JsonNode root =
        Json.object(list("--output", "json").out().getBytes(StandardCharsets.UTF_8), "the answer");
    for (JsonNode cache : root.path("caches")) {
      String saved = cache.path("saved").asText("");
      assertThat(list().out().contains("~")).isEqualTo(saved.isEmpty() || saved.equals("null"));
    }
  }
}
