package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.LockFile;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class FetchAndUploadTest extends OddTree {
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
  void removesOnAMissTooWhatAKilledStepStaged() throws IOException {
    Path left = restored.resolve(".stepcache/staging-0123456789abcdef");
    Files.createDirectories(left.resolve("half"));

    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.MISS);

    assertThat(left).doesNotExist();
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
    assertThat(bench.notices())
        .anySatisfy(notice -> assertThat(notice).contains("1 sockets, fifos or devices"));
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
    bench.upload(tree, UploadRequest.When.MISS, Optional.empty(), Optional.of(older));

    Optional<List<String>> differences =
        Explanation.of(bench.store, new Tag("latest"), newer, Resources.ofThisJvm());

    assertThat(differences.orElseThrow()).singleElement().asString().contains("go.sum");
    assertThat(Explanation.of(bench.store, new Tag("absent"), newer, Resources.ofThisJvm()))
        .isEmpty();
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
            "ChangeStarted",
            "ChangeEnded",
            "TransferEnded");
  }
}
