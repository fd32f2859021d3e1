package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FallbackTest {
  @TempDir Path folder;
  private FaultyStore store;
  private Path restored;
  private Digest latest;

  @BeforeEach
  void saveACacheWhoseNewestTagIsLatest() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.writeString(tree.resolve("f"), "f");
    restored = folder.resolve("restored");
    store = new FaultyStore(new LayoutStore(folder.resolve("store")));
    latest = Bench.on(store).upload(tree).saved().orElseThrow().digest();
    store.operations.clear();
  }

  private FetchOutcome fetch(FetchRequest request, Platform platform) {
    return new Fetch(
            CacheFolders.of(restored),
            RestoreMode.SHARED,
            platform,
            1 << 20,
            Duration.ofMillis(200),
            Resources.ofThisJvm(),
            event -> {})
        .run(request);
  }

  private FetchOutcome fetch(String... tags) {
    return fetch(FetchRequest.of(of(store, tags)), Bench.PLATFORM);
  }

  /** The first is the key's own. */
  private static List<Candidate> of(Store store, String... tags) {
    return Arrays.stream(tags)
        .map(tag ->
            new Candidate(
                store,
                new StoreReference.InLayout(Path.of("/elsewhere"), new Tag(tag)),
                tag.equals(tags[0]) ? Candidate.Match.KEY : Candidate.Match.FALLBACK,
                false))
        .toList();
  }

  @Test
  void restoresTheFirstThatIsThere() {
    FetchOutcome outcome = fetch("absent", "absent-too", "latest", Bench.KEY.hex());

    assertThat(outcome.reason()).isEqualTo(Reason.FALLBACK);
    assertThat(outcome.message()).isEmpty();
    assertThat(outcome.restored().orElseThrow().reference().selector())
        .isEqualTo(new Tag("latest"));
    assertThat(restored.resolve("f")).hasContent("f");
    assertThat(store.operations)
        .containsSubsequence("manifest absent", "manifest absent-too", "manifest latest")
        .doesNotContain("manifest " + Bench.KEY);
  }

  @Test
  void isNotTakenForTheKeyByItsBeginning() {
    assertThat(fetch(Bench.KEY.hex().substring(0, 32)).reason()).isEqualTo(Reason.MISS);
    assertThat(restored).doesNotExist();
  }

  @Test
  void restoresAFallbackForAKeyThatIsBrokenAndTellsWhich() throws IOException {
    byte[] broken = "{}".getBytes(StandardCharsets.UTF_8);
    store.put(new Tag("broken"), MediaType.OCI_MANIFEST, broken);

    FetchOutcome outcome = fetch("broken", "latest");

    assertThat(outcome.reason()).isEqualTo(Reason.FALLBACK);
    assertThat(outcome.broken()).contains(Digest.of(broken));
    assertThat(outcome.message()).startsWith("corrupt: ");
  }

  @Test
  void triesNoFallbackAfterAnImageThatWasNotExpected() {
    Digest expected = Digest.of(new byte[0]);

    FetchOutcome outcome =
        fetch(
            new FetchRequest(
                of(store, "latest", Bench.KEY.hex()), Optional.of(expected), false, false),
            Bench.PLATFORM);

    assertThat(outcome.reason()).isEqualTo(Reason.DIGEST);
    assertThat(outcome.message()).contains(expected.toString()).contains(latest.toString());
    assertThat(store.operations).containsExactly("manifest latest");
    assertThat(restored).doesNotExist();
  }

  @Test
  void restoresTheImageThatWasExpected() {
    FetchOutcome outcome =
        fetch(
            new FetchRequest(of(store, "latest"), Optional.of(latest), false, false),
            Bench.PLATFORM);

    assertThat(outcome.reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void asksAStoreThatIsOutOfReachOnlyOnce() {
    store.fault =
        operation -> {
          throw new StoreException.Unreachable("GET x: nobody answers", new IOException());
        };

    assertThat(fetch("absent", "latest", "nightly").reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(store.operations).hasSize(1);
  }

  @Test
  void asksAnotherStoreWhenTheFirstIsOutOfReach() {
    FaultyStore away = new FaultyStore(store);
    away.fault =
        operation -> {
          throw new StoreException.Unreachable("GET x: nobody answers", new IOException());
        };
    List<Candidate> candidates =
        List.of(
            of(away, "absent").getFirst(),
            Candidate.fallback(store, of(store, "latest").getFirst().reference()));

    FetchOutcome outcome = fetch(FetchRequest.of(candidates), Bench.PLATFORM);

    assertThat(outcome.reason()).isEqualTo(Reason.FALLBACK);
    assertThat(outcome.message()).startsWith("unreachable: ");
  }

  @Test
  void onlyLooks() {
    FetchOutcome outcome =
        fetch(new FetchRequest(of(store, "latest"), Optional.empty(), false, true), Bench.PLATFORM);

    assertThat(outcome.reason()).isEqualTo(Reason.HIT);
    assertThat(outcome.restored().orElseThrow().digest()).isEqualTo(latest);
    assertThat(outcome.restored().orElseThrow().bytes()).isEqualTo(1);
    assertThat(restored).doesNotExist();
  }

  @Test
  void restoresAnImageOfAnotherPlatformOnlyWhereAnyWillDo() {
    Platform other = new Platform("linux", "arm64");

    assertThat(fetch(FetchRequest.of(of(store, "latest")), other).reason())
        .isEqualTo(Reason.PLATFORM);
    assertThat(
            fetch(new FetchRequest(of(store, "latest"), Optional.empty(), true, false), other)
                .reason())
        .isEqualTo(Reason.HIT);
  }
}
