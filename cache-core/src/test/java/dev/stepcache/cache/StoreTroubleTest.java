package dev.stepcache.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.CacheFolder;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is stored may be broken, too new or too large, and a store may fail anywhere. */
class StoreTroubleTest extends OddTree {
  @Test
  void putsTheManifestLastAndLatestAfterIt() throws IOException {
    fill();
    FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));

    Bench.on(store).upload(tree);

    List<String> operations = store.operations;
    assertThat(operations.subList(operations.size() - 2, operations.size()))
        .containsExactly("put " + Bench.KEY, "put latest");
  }

  @Test
  void publishesNothingWhenAnyUploadFails() throws IOException {
    fill();
    FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));
    Bench.on(store).upload(tree, UploadRequest.When.MISS, Optional.empty());
    List<String> uploads =
        store.operations.stream().filter(operation -> operation.startsWith("upload")).toList();
    assertThat(uploads.size()).isGreaterThan(3);

    for (String failing : uploads) {
      Path empty = folder.resolve("store-" + uploads.indexOf(failing));
      FaultyStore faulty = new FaultyStore(new LayoutStore(empty));
      faulty.fault =
          operation -> {
            if (operation.equals(failing)) {
              throw new StoreException.Unreachable("upload: broken", null);
            }
          };

      assertThat(Bench.on(faulty).upload(tree).reason()).isEqualTo(Reason.UNREACHABLE);
      assertThat(faulty.operations).noneMatch(operation -> operation.startsWith("put"));
    }
  }

  @Test
  void savesAlthoughLatestCannotBeMoved() throws IOException {
    fill();
    FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));
    store.fault =
        operation -> {
          if (operation.equals("put latest")) {
            throw new StoreException.Rejected("put latest: 500");
          }
        };
    Bench bench = Bench.on(store);

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    assertThat(bench.notices())
        .anySatisfy(notice -> assertThat(notice).contains("'latest' could not be moved"));
  }

  @Test
  void leavesTheCachePathAsItWasWhicheverBlobIsBroken() throws IOException {
    fill();
    bench.upload(tree);
    Files.createDirectories(restored);
    Files.writeString(restored.resolve("own"), "own");
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(restored);
    FaultyStore counting = new FaultyStore(new LayoutStore(folder.resolve("store")));
    Bench.on(counting).fetch(folder.resolve("counted"), RestoreMode.SHARED);
    List<String> blobs =
        counting.operations.stream().filter(operation -> operation.startsWith("blob")).toList();
    assertThat(blobs.size()).isGreaterThan(3);

    for (String broken : blobs) {
      FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));
      store.flipped = blob -> broken.equals("blob " + blob.digest());

      FetchOutcome outcome = Bench.on(store).fetch(restored, RestoreMode.SHARED);

      assertThat(outcome.reason()).isEqualTo(Reason.CORRUPT);
      assertThat(outcome.broken()).isPresent();
      assertThat(TreeSnapshot.of(restored)).isEqualTo(before);
      assertThat(restored.resolve(".stepcache")).doesNotExist();
    }
  }

  @Test
  void takesNothingForBrokenWhereverAnErrorOfItsOwnEndsAFetch() throws IOException {
    fill();
    Digest digest = bench.upload(tree).saved().orElseThrow().digest();
    FaultyStore counting = new FaultyStore(new LayoutStore(folder.resolve("store")));
    Bench.on(counting).fetch(folder.resolve("counted"), RestoreMode.SHARED);
    assertThat(counting.operations.size()).isGreaterThan(3);

    for (String failing : counting.operations) {
      FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));
      store.fault =
          operation -> {
            if (operation.equals(failing)) {
              throw new IllegalStateException("a bug at " + operation);
            }
          };

      assertThatThrownBy(() -> Bench.on(store).fetch(restored, RestoreMode.SHARED))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a bug at " + failing);
      assertThat(restored).doesNotExist();
    }
    write("more", "more");
    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.EXISTS);
    assertThat(bench.store.manifest(new Tag(Bench.KEY.hex())).orElseThrow().digest())
        .isEqualTo(digest);
  }

  @Test
  void replacesNothingWhereverAnErrorOfItsOwnEndsAnUpload() throws IOException {
    fill();
    Digest digest = bench.upload(tree).saved().orElseThrow().digest();
    write("more", "more");
    List<String> operations = List.of("manifest", "has", "upload", "put");

    for (String failing : operations) {
      FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));
      store.fault =
          operation -> {
            if (operation.startsWith(failing)) {
              throw new IllegalStateException("a bug at " + failing);
            }
          };

      assertThatThrownBy(
              () -> Bench.on(store).upload(tree, UploadRequest.When.ALWAYS, Optional.empty()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a bug at " + failing);
      assertThat(bench.store.manifest(new Tag(Bench.KEY.hex())).orElseThrow().digest())
          .isEqualTo(digest);
    }
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void savesAgainWhatFetchFoundBroken() throws IOException {
    fill();
    Digest broken = bench.upload(tree).saved().orElseThrow().digest();

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.EXISTS);
    write("more", "more");
    assertThat(bench.upload(tree, UploadRequest.When.MISS, Optional.of(broken)).reason())
        .isEqualTo(Reason.SAVED);
  }

  @Test
  void healsAKeyWhoseBlobTheStoreLost() throws IOException {
    fill();
    Digest digest = bench.upload(tree).saved().orElseThrow().digest();
    Path lost = largest(folder.resolve("store/blobs/sha256"));
    Files.delete(lost);

    FetchOutcome miss = bench.fetch(restored, RestoreMode.SHARED);
    assertThat(miss.reason()).isEqualTo(Reason.CORRUPT);
    assertThat(miss.broken()).contains(digest);
    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
  }

  private static Path largest(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.max(Comparator.comparing(file -> file.toFile().length())).orElseThrow();
    }
  }

  @Test
  void refusesToUnpackMoreThanTheLimitBeforeAnyLayerIsUnpacked() throws IOException {
    fill();
    bench.upload(tree);
    FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));

    FetchOutcome outcome = Bench.on(store).fetch(restored, RestoreMode.SHARED, 1 << 20);

    assertThat(outcome.reason()).isEqualTo(Reason.LIMIT);
    assertThat(outcome.broken()).isEmpty();
    assertThat(store.open).hasValue(0);
    assertThat(restored.getParent()).doesNotExist();
  }

  @Test
  void keepsForOthersWhatIsTooLargeForThisOne() throws IOException {
    fill();
    bench.upload(tree);

    FetchOutcome outcome = bench.fetch(restored, RestoreMode.SHARED, 1 << 20);
    assertThat(outcome.reason()).isEqualTo(Reason.LIMIT);
    bench.findings = outcome.findings();
    write("more", "more");
    assertThat(bench.upload(tree, UploadRequest.When.MISS, outcome.broken()).reason())
        .isEqualTo(Reason.EXISTS);
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void neitherReadsNorOverwritesANewerFormat() throws IOException {
    byte[] empty = "{}".getBytes(UTF_8);
    Descriptor config = Descriptor.of(MediaType.OCI_CONFIG, empty);
    bench.store.upload(config, () -> new ByteArrayInputStream(empty));
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
            + "\"digest\":\""
            + config.digest()
            + "\",\"size\":2},\"layers\":[],\"annotations\":{\"dev.stepcache.format\":\"2\"}}";
    write("f", "f");
    bench.store.put(new Tag(Bench.KEY.hex()), MediaType.OCI_MANIFEST, manifest.getBytes(UTF_8));

    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.NEWER_FORMAT);
    assertThat(bench.upload(tree, UploadRequest.When.ALWAYS, Optional.empty()).reason())
        .isEqualTo(Reason.NEWER_FORMAT);
  }

  @Test
  void isBusyWhileAnotherRestores() throws IOException {
    fill();
    bench.upload(tree);
    try (var hold = new CacheFolder(restored).holdAlone(Duration.ofSeconds(1))) {
      assertThat(hold).isNotNull();
      assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.BUSY);
      assertThat(bench.upload(restored, UploadRequest.When.ALWAYS, Optional.empty()).reason())
          .isEqualTo(Reason.BUSY);
    }
  }
}
