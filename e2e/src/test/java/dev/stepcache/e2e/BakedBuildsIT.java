package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.connect.Connection;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Go builds in an image that was baked with its caches, as a container has it: containerd's
 * overlay, mounted where the caches were filled.
 */
@Programs({"docker-registry", "containerd", "ctr", "go"})
class BakedBuildsIT extends ContainerdCase {
  private static final long LONG_AGO = 1_600_000_000;

  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectories(folder.resolve("root"));
  }

  private String repository(String name) {
    return "oci://" + registry.host() + "/ci/" + name;
  }

  /** An image that holds nothing. */
  private void saveABase() throws IOException {
    byte[] layer = new byte[1024];
    byte[] config =
        new ImageConfig(Platform.current(), Instant.EPOCH, List.of(Digest.of(layer))).toJson();
    Descriptor layerBlob = Descriptor.of(MediaType.OCI_LAYER, layer);
    Descriptor configBlob = Descriptor.of(MediaType.OCI_CONFIG, config);
    StoreReference reference = StoreReference.parse(repository("base") + ":1");
    try (OpenStores stores =
        new OpenStores(
            new Connection(true, Optional.empty(), Optional.empty(), Map.of(), Optional.empty()),
            retry -> {},
            notice -> {})) {
      Store store = stores.of(reference);
      store.upload(layerBlob, () -> new ByteArrayInputStream(layer));
      store.upload(configBlob, () -> new ByteArrayInputStream(config));
      store.put(
          new Tag("1"),
          MediaType.OCI_MANIFEST,
          new Manifest(MediaType.OCI_MANIFEST, configBlob, List.of(layerBlob), new TreeMap<>())
              .toJson());
    }
  }

  private void stepcache(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.stepcache.cli.Stepcache"));
    command.addAll(List.of(args));
    run(folder, Map.of(), command.toArray(String[]::new));
  }

  private void bake(String tag, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "bake",
                repository("baked"),
                "--insecure",
                "--base=" + repository("base") + ":1",
                "--cache=" + repository("cache") + ":latest",
                "--tag=" + tag));
    args.addAll(List.of(more));
    stepcache(args.toArray(String[]::new));
  }

  /** Builds, offline but for what is there; returns what Go says that it did. */
  private String build(Path app) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("GOFLAGS", "-mod=mod");
    environment.put("GOPROXY", "off");
    environment.put("GOTOOLCHAIN", "local");
    environment.put("CGO_ENABLED", "0");
    environment.put("GOMODCACHE", root.resolve("mod").toString());
    environment.put("GOCACHE", root.resolve("build").toString());
    return run(app, environment, "go", "build", "-x", "-o", folder.resolve("app.out").toString());
  }

  private static Set<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return new HashSet<>(
          files
              .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
              .map(file -> folder.relativize(file).toString())
              .toList());
    }
  }

  /** The entries of the build cache that the overlay had to copy, or to hide. */
  private static Set<String> copiedOrDeleted(Path upper, Set<String> saved) throws IOException {
    Set<String> changed =
        Files.isDirectory(upper.resolve("build")) ? files(upper.resolve("build")) : Set.of();
    Set<String> both = new HashSet<>(changed);
    both.retainAll(saved);
    // When Go last looked for what is old is what it writes down in any case.
    both.remove("trim.txt");
    return both;
  }

  @Test
  void compileNothingAndLeaveTheCacheInItsLayers() throws IOException {
    Path app = Files.createDirectories(folder.resolve("app"));
    Files.writeString(app.resolve("go.mod"), "module app\n\ngo 1.21\n");
    Files.writeString(
        app.resolve("main.go"),
        "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(42) }\n");
    Files.createDirectories(root.resolve("mod"));
    assertThat(build(app)).contains("/compile -o");
    // As a week later: the next build looks for what is old.
    Files.writeString(root.resolve("build/trim.txt"), Long.toString(LONG_AGO));
    // Of another project, say: this build does not use it.
    Path unused = root.resolve("build/00").resolve("00" + "1".repeat(62) + "-d");
    Files.writeString(unused, "unused");
    Set<String> saved = files(root.resolve("build"));
    saveABase();
    stepcache(
        "upload",
        "--insecure",
        "--key=" + "ab".repeat(32),
        "--target=" + repository("cache") + ":{{hash}}",
        "--cache-paths=mod=" + root.resolve("mod"),
        "--cache-paths=build=" + root.resolve("build"));
    bake("chosen");
    bake("constant", "--times=/build=constant");

    Path upper = containerd.mountWritable(registry.host() + "/ci/baked:chosen", root);
    assertThat(files(root.resolve("build"))).containsAll(saved);
    assertThat(build(app)).doesNotContain("/compile -o");
    assertThat(run(folder, Map.of(), folder.resolve("app.out").toString())).contains("42");
    assertThat(copiedOrDeleted(upper, saved)).isEmpty();
    assertThat(unused).exists();
    containerd.unmount(root);

    // What the constant time of a cache's layers would have brought.
    upper = containerd.mountWritable(registry.host() + "/ci/baked:constant", root);
    assertThat(build(app)).doesNotContain("/compile -o");
    assertThat(copiedOrDeleted(upper, saved)).hasSizeGreaterThan(saved.size() / 2);
    assertThat(unused).doesNotExist();
  }
}
