package dev.stepcache.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.LockFile;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.StoreException;
import dev.stepcache.tree.CacheFolder;
import dev.stepcache.tree.RestoreMode;
import dev.stepcache.tree.TreeSnapshot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchAndUploadTest {
  @TempDir Path folder;
  private Path tree;
  private Path restored;
  private Bench bench;

  @BeforeEach
  void makeATree() throws IOException {
    tree = Files.createDirectories(folder.resolve("tree"));
    restored = folder.resolve("parent/restored");
    bench = Bench.layout(folder.resolve("store"));
  }

  private void write(String name, String content) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void fill() throws IOException {
    write("mod/x@v1/go.mod", "module x\n");
    write("mod/x@v1/run", "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        tree.resolve("mod/x@v1/run"), PosixFilePermissions.fromString("rwxr-x--x"));
    write("mod/.wh.odd/.wh.file", "odd");
    write("é\n\u001b[31m/ä", "utf-8");
    Files.createDirectories(tree.resolve("empty/deep"));
    Files.createLink(tree.resolve("again"), tree.resolve("mod/x@v1/run"));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("/nowhere/at/all"));
    Files.createSymbolicLink(tree.resolve("inside"), Path.of("mod"));
    byte[] large = new byte[20 << 20];
    new Random(1).nextBytes(large);
    Files.write(tree.resolve("large"), large);
    try (RandomAccessFile sparse = new RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
      sparse.setLength(40 << 20);
      sparse.seek(30 << 20);
      sparse.writeBytes("in the middle");
    }
    long second = 0;
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Instant time = Instant.ofEpochSecond(second, 123_456_789);
        second += 500_000_000;
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .setTimes(FileTime.from(time), null, null);
      }
    }
    Files.setPosixFilePermissions(
        tree.resolve("mod/x@v1"), PosixFilePermissions.fromString("r-xr-xr-x"));
  }

  @Test
  void bringsBackExactlyWhatWasSaved() throws IOException {
    fill();
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(tree);

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    FetchOutcome outcome = bench.fetch(restored, RestoreMode.PRESERVE);

    assertThat(outcome.reason()).isEqualTo(Reason.HIT);
    assertThat(outcome.restored().orElseThrow().files()).isEqualTo(9);
    assertThat(TreeSnapshot.of(restored)).isEqualTo(before);
  }

  @Test
  void widensModesAndNothingElseByDefault() throws IOException {
    fill();

    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);

    SortedMap<String, TreeSnapshot.Entry> after = TreeSnapshot.of(restored);
    assertThat(after.get("mod/x@v1/run").mode()).isEqualTo("777");
    assertThat(after.get("mod/x@v1/go.mod").mode()).isEqualTo("666");
    assertThat(after.get("mod/x@v1").mode()).isEqualTo("777");
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(tree);
    before.replaceAll((name, entry) -> entry.anyMode());
    after.replaceAll((name, entry) -> entry.anyMode());
    assertThat(after).isEqualTo(before);
  }

  @Test
  void missesWithoutATraceWhenTheTagIsAbsent() {
    FetchOutcome outcome = bench.fetch(restored, RestoreMode.SHARED);

    assertThat(outcome.reason()).isEqualTo(Reason.MISS);
    assertThat(restored.getParent()).doesNotExist();
  }

  @Test
  void keepsWhatElseLiesInTheCachePath() throws IOException {
    write("a/new", "new");
    bench.upload(tree);
    Files.createDirectories(restored.resolve("a"));
    Files.writeString(restored.resolve("a/own"), "own");
    Files.writeString(restored.resolve("a/new"), "old");

    bench.fetch(restored, RestoreMode.SHARED);

    assertThat(restored.resolve("a/own")).hasContent("own");
    assertThat(restored.resolve("a/new")).hasContent("new");
  }

  @Test
  void givesTheSameImageForTheSameTreeWhereverItLies() throws IOException {
    fill();
    Digest first = bench.upload(tree).saved().orElseThrow().digest();
    bench.fetch(restored, RestoreMode.PRESERVE);

    Bench other = Bench.layout(folder.resolve("other"));
    Digest second = other.upload(restored).saved().orElseThrow().digest();

    assertThat(second).isEqualTo(first);
  }

  @Test
  void sendsNoLayerTwiceAndSaysThatNothingChanged() throws IOException {
    fill();
    FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));
    Bench.on(store).upload(tree);
    store.operations.clear();

    UploadOutcome outcome = Bench.on(store).upload(tree, true, Optional.empty());

    assertThat(outcome.reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(store.operations).noneMatch(operation -> operation.startsWith("upload"));
    assertThat(store.operations).noneMatch(operation -> operation.startsWith("put"));
  }

  @Test
  void readsNothingWhenNothingWasTouchedSinceTheRestore() throws IOException {
    fill();
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);
    bench.events.clear();

    UploadOutcome outcome = bench.upload(restored, true, Optional.empty());

    assertThat(outcome.reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(bench.events).noneMatch(CacheEvent.Progress.class::isInstance);
  }

  @Test
  void noticesContentThatChangedUnderTheSameSizeAndTime() throws IOException {
    fill();
    Digest before = bench.upload(tree).saved().orElseThrow().digest();
    bench.fetch(restored, RestoreMode.SHARED);
    FileTime time = Files.getLastModifiedTime(restored.resolve("mod/x@v1/go.mod"));
    Files.writeString(restored.resolve("mod/x@v1/go.mod"), "module y\n");
    Files.setLastModifiedTime(restored.resolve("mod/x@v1/go.mod"), time);

    UploadOutcome outcome = bench.upload(restored, true, Optional.empty());

    assertThat(outcome.reason()).isEqualTo(Reason.SAVED);
    assertThat(outcome.saved().orElseThrow().digest()).isNotEqualTo(before);
  }

  @Test
  void noticesAFileInAFolderThatWasExchanged() throws IOException {
    write("a/f", "one");
    Files.setLastModifiedTime(tree.resolve("a/f"), FileTime.fromMillis(0));
    bench.upload(tree);
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("f"), "two");
    Files.setLastModifiedTime(other.resolve("f"), FileTime.fromMillis(0));
    bench.fetch(restored, RestoreMode.SHARED);
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.move(restored.resolve("a"), folder.resolve("away"));
    Files.move(other, restored.resolve("a"));

    assertThat(bench.upload(restored, true, Optional.empty()).reason()).isEqualTo(Reason.SAVED);
    bench.fetch(folder.resolve("again"), RestoreMode.SHARED);
    assertThat(folder.resolve("again/a/f")).hasContent("two");
  }

  @Test
  void savesTheModesThatWereSavedWhereTheRestoreWidenedThem() throws IOException {
    fill();
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);
    Files.writeString(restored.resolve("more"), "more");

    bench.upload(restored, true, Optional.empty());

    Path exact = folder.resolve("exact");
    bench.fetch(exact, RestoreMode.PRESERVE);
    SortedMap<String, TreeSnapshot.Entry> after = TreeSnapshot.of(exact);
    assertThat(after.get("mod/x@v1/run").mode()).isEqualTo("751");
    assertThat(after.get("mod/x@v1").mode()).isEqualTo("555");
    assertThat(after).containsKey("more");
  }

  @Test
  void doesWithoutALocalIndexThatIsDamaged() throws IOException {
    fill();
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.PRESERVE);
    Path index = restored.resolve(".stepcache/index");
    byte[] bytes = Files.readAllBytes(index);
    Random random = new Random(5);
    for (int round = 0; round < 30; round++) {
      byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      if (damaged.length > 0) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(index, damaged);
      assertThat(bench.upload(restored, true, Optional.empty()).reason())
          .isIn(Reason.UNCHANGED, Reason.SAVED);
    }
  }

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
    Bench.on(store).upload(tree, false, Optional.empty());
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
    assertThat(bench.events)
        .anySatisfy(event -> assertThat(event.toString()).contains("'latest' could not be moved"));
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
  void savesAgainWhatFetchFoundBroken() throws IOException {
    fill();
    Digest broken = bench.upload(tree).saved().orElseThrow().digest();

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.EXISTS);
    write("more", "more");
    assertThat(bench.upload(tree, false, Optional.of(broken)).reason()).isEqualTo(Reason.SAVED);
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
  void publishesNoEmptyCache() throws IOException {
    Files.createDirectories(tree.resolve("only/folders"));

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.EMPTY);
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.MISS);
  }

  @Test
  void leavesOutAndCountsWhatIsNoFile() throws Exception {
    write("f", "f");
    new ProcessBuilder("mkfifo", tree.resolve("pipe").toString()).start().waitFor();

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    assertThat(bench.events)
        .anySatisfy(event -> assertThat(event.toString()).contains("1 sockets, fifos or devices"));
  }

  @Test
  void refusesToUnpackMoreThanTheLimitBeforeAnyLayerIsRead() throws IOException {
    fill();
    bench.upload(tree);
    FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));

    FetchOutcome outcome = Bench.on(store).fetch(restored, RestoreMode.SHARED, 1 << 20);

    assertThat(outcome.reason()).isEqualTo(Reason.LIMIT);
    assertThat(outcome.broken()).isPresent();
    assertThat(store.operations.stream().filter(operation -> operation.startsWith("blob")))
        .hasSize(2);
    assertThat(restored.getParent()).doesNotExist();
  }

  @Test
  void neitherReadsNorOverwritesANewerFormat() throws IOException {
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
            + "\"digest\":\"sha256:"
            + "0".repeat(64)
            + "\",\"size\":2},\"layers\":[],\"annotations\":{\"dev.stepcache.format\":\"2\"}}";
    write("f", "f");
    bench.store.put(new Tag(Bench.KEY.hex()), MediaType.OCI_MANIFEST, manifest.getBytes(UTF_8));

    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.NEWER_FORMAT);
    assertThat(bench.upload(tree, true, Optional.empty()).reason()).isEqualTo(Reason.NEWER_FORMAT);
  }

  @Test
  void isBusyWhileAnotherRestores() throws IOException {
    fill();
    bench.upload(tree);
    try (var hold = new CacheFolder(restored).holdAlone(Duration.ofSeconds(1))) {
      assertThat(hold).isNotNull();
      assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.BUSY);
      assertThat(bench.upload(restored, true, Optional.empty()).reason()).isEqualTo(Reason.BUSY);
    }
  }

  @Test
  void explainsAMissByTheFilesBehindTheNewestCache() throws IOException {
    fill();
    KeyRecipe older =
        new KeyRecipe(
            "t",
            Optional.of("linux/amd64"),
            List.of(),
            List.of(new LockFile("go.sum", 3, "0".repeat(64))));
    KeyRecipe newer =
        new KeyRecipe(
            "t",
            Optional.of("linux/amd64"),
            List.of(),
            List.of(new LockFile("go.sum", 4, "1".repeat(64))));
    bench.upload(tree, false, Optional.empty(), Optional.of(older));

    Optional<List<String>> differences = Explanation.of(bench.store, new Tag("latest"), newer);

    assertThat(differences.orElseThrow()).singleElement().asString().contains("go.sum");
    assertThat(Explanation.of(bench.store, new Tag("absent"), newer)).isEmpty();
  }

  @Test
  void endsEachStartedTransfer() throws IOException {
    fill();
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);

    assertThat(
            bench.events.stream()
                .filter(event -> !(event instanceof CacheEvent.Progress))
                .map(event -> event.getClass().getSimpleName()))
        .containsExactly(
            "LookedUp",
            "TransferStarted",
            "TransferEnded",
            "LookedUp",
            "TransferStarted",
            "TransferEnded");
  }
}
