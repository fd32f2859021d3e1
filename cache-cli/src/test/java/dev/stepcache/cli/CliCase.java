package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.archive.Compression;
import dev.stepcache.cache.Caches;
import dev.stepcache.cache.UploadRequest;
import dev.stepcache.connect.Connection;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.usage.Pruning;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are run in this process, and caches to look at. */
abstract class CliCase {
  static final CacheKey FIRST = new CacheKey("1a".repeat(32));
  static final CacheKey SECOND = new CacheKey("2b".repeat(32));

  static final CacheKey THIRD = new CacheKey("3c".repeat(32));

  @TempDir Path folder;

  /**
   * When the first cache was saved: two hours and a half ago. An index tells its time in seconds,
   * and of two in one, none is the newer.
   */
  private final Instant began = Instant.now().minus(Duration.ofMinutes(150));

  private int saves;

  /** What a command did. */
  record Ran(int code, String out, String err) {}

  /** What is found around the commands, and around what saves caches for them. */
  Map<String, String> environment() {
    return Map.of("HOME", folder.toString());
  }

  Ran run(String... arguments) {
    return runIn(environment(), arguments);
  }

  /** The same, with other variables of the environment. */
  Ran runIn(Map<String, String> environment, String... arguments) {
    return runOn(Terminal.NONE, environment, arguments);
  }

  /** The same, on a terminal. */
  Ran runOn(Terminal terminal, Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Output output =
        new Output(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal);
    int code = Stepcache.run(output, environment, arguments);
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The same, with plain http allowed. */
  Ran runInsecurely(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(1, "--insecure");
    return run(all.toArray(String[]::new));
  }

  OpenStores stores() {
    return new OpenStores(
        new Connection(true, Optional.empty(), Optional.empty(), environment(), Optional.empty()),
        retry -> {},
        notice -> {});
  }

  void write(String name, int size) throws IOException {
    Path file = folder.resolve("tree").resolve(name);
    Files.createDirectories(file.getParent());
    byte[] content = new byte[size];
    new Random(name.hashCode() + size).nextBytes(content);
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
  }

  /** Saves what was written so far. */
  void save(String repository, String tag, CacheKey key) throws IOException {
    Instant time = began.plusSeconds(saves++);
    StoreReference target = StoreReference.repository(repository).with(new Tag(tag));
    Files.createDirectories(folder.resolve("tree"));
    Caches caches = Caches.in(folder.resolve("tree"));
    try (OpenStores stores = stores()) {
      UploadOutcome uploaded =
          caches
              .with(caches.rules().with(Pruning.NONE.by(() -> time)))
              .upload(
                  new UploadRequest(
                      stores.of(target),
                      target,
                      new Tag(tag),
                      Optional.empty(),
                      Optional.of(key),
                      Optional.empty(),
                      UploadRequest.When.MISS,
                      Compression.USUAL,
                      Optional.empty(),
                      Optional.empty(),
                      reference -> {
                        throw new IOException("no other repository is open");
                      }));
      assertThat(uploaded.reason()).as(uploaded.message()).isEqualTo(Reason.SAVED);
    }
  }

  /** Two caches, of which the second was built on the first, and a tag more for the second. */
  void saveTwo(String repository) throws IOException {
    write("mod/cache/one.zip", 300_000);
    write("mod/cache/two.zip", 200_000);
    write("mod/example.com/a.go", 40_000);
    write("build/ab/ab01-d", 100_000);
    save(repository, "first", FIRST);
    write("build/cd/cd02-d", 50_000);
    write("mod/example.com/a.go", 41_000);
    save(repository, "second", SECOND);
    tag(repository, "second", "latest");
  }

  /** Three generations of one template, and a tag more for the newest. */
  void saveThree(String repository) throws IOException {
    int size = 10_000;
    for (CacheKey key : List.of(FIRST, SECOND, THIRD)) {
      String own = "build/" + key.hex().substring(0, 2);
      write("mod/one.zip", 100_000);
      write(own, size++);
      save(repository, "go-" + key.hex(), key);
      Files.delete(folder.resolve("tree").resolve(own));
    }
    tag(repository, "go-" + THIRD.hex(), "go-latest");
  }

  void tag(String repository, String from, String to) throws IOException {
    try (OpenStores stores = stores()) {
      Store store = stores.of(StoreReference.repository(repository));
      byte[] manifest = store.manifest(new Tag(from)).orElseThrow().content();
      store.put(new Tag(to), MediaType.OCI_MANIFEST, manifest);
    }
  }

  /** An image that some other tool made. */
  void saveForeign(String repository, String tag) throws IOException {
    byte[] layer = ("a layer of " + tag).getBytes(StandardCharsets.UTF_8);
    Descriptor blob = Descriptor.of(MediaType.OCI_LAYER_GZIP, layer);
    byte[] config =
        new ImageConfig(new Platform("linux", "amd64"), Instant.EPOCH, List.of(blob.digest()))
            .toJson();
    Descriptor configBlob = Descriptor.of(MediaType.OCI_CONFIG, config);
    try (OpenStores stores = stores()) {
      Store store = stores.of(StoreReference.repository(repository));
      store.upload(blob, () -> new ByteArrayInputStream(layer));
      store.upload(configBlob, () -> new ByteArrayInputStream(config));
      store.put(
          new Tag(tag),
          MediaType.OCI_MANIFEST,
          new Manifest(MediaType.OCI_MANIFEST, configBlob, List.of(blob), new TreeMap<>())
              .toJson());
    }
  }

  Manifest manifest(String repository, String tag) throws IOException {
    try (OpenStores stores = stores()) {
      return Manifest.parse(
          stores
              .of(StoreReference.repository(repository))
              .manifest(new Tag(tag))
              .orElseThrow()
              .content(),
          MediaType.OCI_MANIFEST);
    }
  }

  static List<String> lines(String text) {
    return Arrays.asList(text.split("\n"));
  }
}
