package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import dev.stepcache.cache.UploadRequest.When;
import dev.stepcache.key.Excludes;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.Tmpfs;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * One cache of two cache paths, go and npm. Where the test is root, npm is restored to another file
 * system.
 */
class SeveralPathsTest extends OddTree {
  private Tmpfs tmpfs;
  private Roots saved;
  private Roots back;

  @BeforeEach
  void makeTwo() throws IOException {
    tmpfs = Tmpfs.at(folder.resolve("other"));
    saved = two(tree, Files.createDirectories(folder.resolve("npm")));
    back = two(restored, folder.resolve("other/npm"));
    fill();
    Files.createDirectories(folder.resolve("npm/_cacache/empty"));
    Files.writeString(folder.resolve("npm/_cacache/index"), "index");
  }

  @AfterEach
  void unmount() throws IOException {
    tmpfs.close();
  }

  private static Roots two(Path go, Path npm) {
    return new Roots(Map.of("go", go, "npm", npm));
  }

  private static SortedMap<String, TreeSnapshot.Entry> snapshot(Roots roots) throws IOException {
    SortedMap<String, TreeSnapshot.Entry> all = new TreeMap<>();
    for (Map.Entry<String, Path> root : roots.folders().entrySet()) {
      if (Files.exists(root.getValue())) {
        TreeSnapshot.of(root.getValue())
            .forEach((name, entry) -> all.put(root.getKey() + '/' + name, entry));
      }
    }
    return all;
  }

  private UploadOutcome upload(Roots roots, When when) {
    return bench.upload(roots, when, Optional.empty());
  }

  private FetchOutcome fetch(Roots roots) {
    return bench.fetch(roots, RestoreMode.PRESERVE);
  }

  @Test
  void bringsBothBackExactlyAsOftenAsTheyChange() throws IOException {
    assertThat(upload(saved, When.MISS).reason()).isEqualTo(Reason.SAVED);
    FetchOutcome outcome = fetch(back);

    assertThat(outcome.reason()).isEqualTo(Reason.HIT);
    assertThat(outcome.restored().orElseThrow().files()).isEqualTo(10);
    assertThat(snapshot(back)).isEqualTo(snapshot(saved));

    Files.delete(restored.resolve("dangling"));
    Files.writeString(folder.resolve("other/npm/_cacache/new"), "new");
    Files.delete(folder.resolve("other/npm/_cacache/index"));
    UploadOutcome more = upload(back, When.CHANGED);
    Roots again = two(folder.resolve("again/go"), folder.resolve("again/npm"));
    Digest digest = fetch(again).restored().orElseThrow().digest();

    assertThat(more.reason()).isEqualTo(Reason.SAVED);
    assertThat(more.saved().orElseThrow().sent()).isLessThan(10_000);
    assertThat(digest).isEqualTo(more.saved().orElseThrow().digest());
    assertThat(snapshot(again)).isEqualTo(snapshot(back));
    assertThat(snapshot(again)).containsKey("npm/_cacache/new").doesNotContainKey("go/dangling");
  }

  @Test
  void givesTheSameImageWhereverTheyLie() throws IOException {
    Digest first = upload(saved, When.MISS).saved().orElseThrow().digest();
    fetch(back);

    Bench other = Bench.layout(folder.resolve("other-store"));
    assertThat(other.upload(back, When.MISS, Optional.empty()).saved().orElseThrow().digest())
        .isEqualTo(first);
  }

  @Test
  void readsNothingWhenNothingWasTouchedSinceTheRestore() throws IOException {
    upload(saved, When.MISS);
    fetch(back);
    bench.events.clear();

    assertThat(upload(back, When.ALWAYS).reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(bench.events).noneMatch(CacheEvent.Progress.class::isInstance);
    assertThat(restored.resolve(".stepcache/index")).exists();
    assertThat(folder.resolve("other/npm/.stepcache/index")).doesNotExist();
  }

  @Test
  void missesForOtherNamesAndLeavesAllAsItIs() throws IOException {
    upload(saved, When.MISS);

    for (Roots other :
        new Roots[] {
          Roots.of(folder.resolve("alone")),
          new Roots(Map.of("go", folder.resolve("a"))),
          new Roots(Map.of("go", folder.resolve("a"), "pnpm", folder.resolve("b"))),
          new Roots(Map.of("go", folder.resolve("a"), "npm", folder.resolve("b"), "c", restored))
        }) {
      FetchOutcome outcome = fetch(other);

      assertThat(outcome.reason()).isEqualTo(Reason.PATHS);
      assertThat(outcome.message()).contains("the cache paths go, npm");
      assertThat(outcome.broken()).isPresent();
      assertThat(other.folders().values()).noneMatch(Files::exists);
    }
    Bench single = Bench.layout(folder.resolve("single"));
    single.upload(tree);
    FetchOutcome outcome = single.fetch(back, RestoreMode.SHARED);
    assertThat(outcome.reason()).isEqualTo(Reason.PATHS);
    assertThat(outcome.message())
        .contains("one cache path without a name")
        .contains("the cache paths go, npm");
  }

  @Test
  void takesNoImageOfAnotherToolForOneOfTheirs() throws IOException {
    upload(saved, When.MISS);
    asAnotherTools();

    assertThat(fetch(back).reason()).isEqualTo(Reason.PATHS);
    assertThat(restored).doesNotExist();
  }

  @Test
  void replacesAnImageOfOtherPathsUnderTheSameKey() throws IOException {
    Digest one = bench.upload(tree).saved().orElseThrow().digest();

    assertThat(upload(saved, When.MISS).reason()).isEqualTo(Reason.SAVED);
    assertThat(upload(saved, When.MISS).reason()).isEqualTo(Reason.EXISTS);
    assertThat(fetch(back).reason()).isEqualTo(Reason.HIT);

    // For one cache path it is the fetch that finds out, and tells.
    Digest broken = bench.fetch(restored, RestoreMode.SHARED).broken().orElseThrow();
    UploadOutcome again = bench.upload(tree, When.MISS, Optional.of(broken));
    assertThat(again.reason()).isEqualTo(Reason.SAVED);
    assertThat(again.saved().orElseThrow().digest()).isEqualTo(one);
  }

  @Test
  void isTheSameTreeToOtherTools() throws Exception {
    upload(saved, When.MISS);
    Path out = Files.createDirectories(folder.resolve("out"));
    LayoutStore store = new LayoutStore(folder.resolve("store"));
    for (Descriptor layer : manifest(store).layers()) {
      Process tar =
          new ProcessBuilder("tar", "-x", "-f", "-", "-C", out.toString())
              .redirectErrorStream(true)
              .start();
      try (InputStream in = new ZstdInputStream(store.blob(layer)).setContinuous(true);
          OutputStream to = tar.getOutputStream()) {
        in.transferTo(to);
      }
      assertThat(new String(tar.getInputStream().readAllBytes())).isEmpty();
      assertThat(tar.waitFor()).isZero();
    }

    SortedMap<String, TreeSnapshot.Entry> expected = snapshot(saved);
    // Names that other readers would take for whiteouts are stored elsewhere.
    expected.keySet().removeIf(name -> name.contains("/.wh."));
    SortedMap<String, TreeSnapshot.Entry> seen = TreeSnapshot.of(out);
    assertThat(seen.remove("go").kind()).isEqualTo("folder");
    assertThat(seen.remove("npm").kind()).isEqualTo("folder");
    assertThat(seen.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, entry) -> assertThat(seen.get(name).content()).as(name).isEqualTo(entry.content()));
  }

  private static Manifest manifest(LayoutStore store) throws IOException {
    StoredManifest stored = store.manifest(new Tag(Bench.KEY.hex())).orElseThrow();
    return Manifest.parse(stored.content(), stored.mediaType());
  }

  /** Takes the annotations away that make it one of ours. */
  private void asAnotherTools() throws IOException {
    LayoutStore store = new LayoutStore(folder.resolve("store"));
    Manifest ours = manifest(store);
    store.put(
        new Tag(Bench.KEY.hex()),
        ours.mediaType(),
        new Manifest(ours.mediaType(), ours.config(), ours.layers(), new TreeMap<>()).toJson());
  }

  @Test
  void leavesOutCredentialsAndExcludesByTheNamesBelowEach() throws IOException {
    for (String name :
        new String[] {
          ".npmrc", "a/.npmrc", "a/b/.npmrc", "a/.docker/config.json", "logs/x", "a/logs/x"
        }) {
      for (Path path : saved.folders().values()) {
        Files.createDirectories(path.resolve(name).getParent());
        Files.writeString(path.resolve(name), "x");
      }
    }
    bench.rules =
        new SaveRules(1L << 40, false, false, Excludes.parse(List.of("/logs", "large")), false);
    upload(saved, When.MISS);
    fetch(back);

    assertThat(snapshot(back).keySet())
        .contains("go/a/b/.npmrc", "npm/a/b/.npmrc", "go/a/logs/x", "npm/a/logs/x")
        .doesNotContain("go/.npmrc", "npm/.npmrc", "go/a/.npmrc", "npm/a/.npmrc")
        .doesNotContain("go/a/.docker/config.json", "npm/a/.docker/config.json")
        .doesNotContain("go/logs/x", "npm/logs/x", "go/large");
    assertThat(bench.notices())
        .anySatisfy(notice ->
            assertThat(notice).contains("go/.npmrc").contains("npm/.npmrc").contains("6 files"));
  }

  @Test
  void storesHardLinksFromOneIntoTheOtherAsFilesOfTheirOwn() throws IOException {
    Files.createLink(folder.resolve("npm/linked"), tree.resolve("mod/x@v1/go.mod"));

    upload(saved, When.MISS);
    fetch(back);

    SortedMap<String, TreeSnapshot.Entry> after = snapshot(back);
    assertThat(after.get("npm/linked").group()).isEqualTo("linked");
    assertThat(after.get("npm/linked").content())
        .isEqualTo(after.get("go/mod/x@v1/go.mod").content());
    assertThat(after.get("go/again").group()).isEqualTo(after.get("go/mod/x@v1/run").group());
  }

  @Test
  void leavesBothAsTheyWereWhicheverBlobIsBroken() throws IOException {
    upload(saved, When.MISS);
    Files.createDirectories(restored);
    Files.writeString(restored.resolve("own"), "own");
    SortedMap<String, TreeSnapshot.Entry> before = snapshot(back);
    LayoutStore store = new LayoutStore(folder.resolve("store"));
    for (Descriptor layer : manifest(store).layers()) {
      Path blob = folder.resolve("store/blobs/sha256").resolve(layer.digest().hex());
      byte[] whole = Files.readAllBytes(blob);
      byte[] broken = whole.clone();
      broken[broken.length / 2] ^= 1;
      Files.write(blob, broken);

      assertThat(fetch(back).reason()).isEqualTo(Reason.CORRUPT);
      assertThat(snapshot(back)).isEqualTo(before);
      assertThat(folder.resolve("other/npm")).doesNotExist();
      Files.write(blob, whole);
    }
    assertThat(fetch(back).reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void savesNothingOfTwoThatAreEmpty() throws IOException {
    Roots empty =
        two(
            Files.createDirectories(folder.resolve("e1/f")),
            Files.createDirectories(folder.resolve("e2")));

    assertThat(upload(empty, When.MISS).reason()).isEqualTo(Reason.EMPTY);
  }

  @Test
  void bringsBackOneThatIsEmptyBesideOneThatIsNot() throws IOException {
    upload(two(tree, Files.createDirectories(folder.resolve("e"))), When.MISS);

    assertThat(fetch(back).reason()).isEqualTo(Reason.HIT);
    assertThat(TreeSnapshot.of(folder.resolve("other/npm"))).isEmpty();
  }
}
