package dev.stepcache.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.cache.Caches;
import dev.stepcache.cache.Candidate;
import dev.stepcache.cache.FetchRequest;
import dev.stepcache.oci.Digest;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What tekton-caches saved in a bucket. The archive is one that its program made, of a tree with
 * two files, a program, a link and an empty folder.
 */
class ArchivesOfOthersTest {
  private static final String KEY = "ab".repeat(32);

  @TempDir Path folder;
  private final MemoryBucket bucket = new MemoryBucket();
  private final List<CacheEvent> events = new ArrayList<>();

  private static byte[] archive() throws IOException {
    return Files.readAllBytes(Path.of("src/test/resources/peer/cache.tar.gz"));
  }

  private Path tree() {
    return folder.resolve("tree");
  }

  private FetchOutcome fetch(boolean exact, boolean lookupOnly, String... references) {
    List<Candidate> candidates = new ArrayList<>();
    for (String text : references) {
      StoreReference.InBucket reference = (StoreReference.InBucket) StoreReference.parse(text);
      Store store = ObjectStores.of(bucket, reference.folder());
      candidates.add(
          exact ? Candidate.ofTheKey(store, reference) : Candidate.fallback(store, reference));
    }
    return Caches.in(tree())
        .telling(events::add)
        .fetch(new FetchRequest(candidates, Optional.empty(), false, lookupOnly));
  }

  private FetchOutcome fetch(String reference) {
    return fetch(true, false, reference);
  }

  private void assertRestored() throws IOException {
    assertThat(tree().resolve("mod/a/file.txt")).hasContent("hello\n");
    assertThat(Files.getLastModifiedTime(tree().resolve("mod/a/file.txt")).toInstant())
        .isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
    assertThat(tree().resolve("mod/a/run.sh")).isExecutable();
    assertThat(Files.readSymbolicLink(tree().resolve("mod/a/link"))).hasToString("file.txt");
    assertThat(tree().resolve("empty")).isEmptyDirectory();
    assertThat(tree().resolve("zeros")).hasSize(5000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://bucket/some/folder", "s3://bucket/some:folder"})
  void areRestoredFromTheVeryPathOfAReferenceAndAreNoHit(String reference) throws IOException {
    bucket.set("some/folder", archive());

    FetchOutcome outcome = fetch(reference);

    assertThat(outcome.reason()).as(outcome.message()).isEqualTo(Reason.FALLBACK);
    assertThat(outcome.restored().orElseThrow().digest()).isEqualTo(Digest.of(archive()));
    assertThat(outcome.restored().orElseThrow().transferred()).isEqualTo(archive().length);
    assertRestored();
    assertThat(events).contains(new CacheEvent.AnothersArchive("s3://bucket/some/folder"));
  }

  @Test
  void areFoundWhereAReferenceHasATag() throws IOException {
    bucket.set("path/cache-go:fixed", archive());

    assertThat(fetch("s3://bucket/path/cache-go:fixed").reason()).isEqualTo(Reason.FALLBACK);
    assertRestored();
  }

  @Test
  void areFoundWhereAPathHasWhatNoTagMayHave() throws IOException {
    bucket.set("some/my cache.tgz", archive());

    assertThat(fetch("s3://bucket/some/my cache.tgz").reason()).isEqualTo(Reason.FALLBACK);
    assertRestored();
  }

  @Test
  void areFallbacksUnderAnyName() throws IOException {
    bucket.set("some/" + KEY, archive());

    FetchOutcome outcome =
        fetch(false, false, "s3://bucket/none/at-all", "s3://bucket/some/" + KEY);

    assertThat(outcome.reason()).isEqualTo(Reason.FALLBACK);
    assertRestored();
  }

  @Test
  void areNotLookedForUnderAKeyOfOurs() throws IOException {
    bucket.set("some/" + KEY, archive());

    assertThat(fetch("s3://bucket/some:" + KEY).reason()).isEqualTo(Reason.MISS);

    assertThat(bucket.requests()).containsExactly("get some/tags/" + KEY);
  }

  @Test
  void comeBehindACacheOfOurs() throws IOException {
    bucket.set("some/folder", archive());
    bucket.set("some/tags/folder", "broken".getBytes(StandardCharsets.UTF_8));

    assertThat(fetch("s3://bucket/some/folder").reason()).isEqualTo(Reason.CORRUPT);
    assertThat(tree()).doesNotExist();
  }

  @Test
  void areOnlyReadWhereNothingIsToBeRestored() throws IOException {
    bucket.set("some/folder", archive());

    FetchOutcome outcome = fetch(true, true, "s3://bucket/some/folder");

    assertThat(outcome.reason()).isEqualTo(Reason.FALLBACK);
    assertThat(tree()).doesNotExist();
    assertThat(events).contains(new CacheEvent.AnothersArchive("s3://bucket/some/folder"));
  }

  @Test
  void areNotBelievedUnlessTheyEndWell() throws IOException {
    byte[] whole = archive();
    byte[] wrongSum = whole.clone();
    wrongSum[whole.length - 5] ^= 1;
    byte[] more = Arrays.copyOf(whole, whole.length + 1);
    List<byte[]> damaged = new ArrayList<>(List.of(wrongSum, more, new byte[0]));
    for (int length = 1; length < whole.length; length += 20) {
      damaged.add(Arrays.copyOf(whole, length));
    }
    damaged.add("<html>no archive</html>".getBytes(StandardCharsets.UTF_8));
    Files.createDirectories(tree());
    Files.writeString(tree().resolve("mine"), "mine");
    for (byte[] content : damaged) {
      bucket.set("some/folder", content);

      FetchOutcome outcome = fetch("s3://bucket/some/folder");

      assertThat(outcome.reason()).as("%s bytes", content.length).isEqualTo(Reason.NOT_A_CACHE);
      assertThat(outcome.message()).contains("s3://bucket/some/folder is no whole tar.gz");
      assertThat(outcome.broken()).isEmpty();
      assertThat(outcome.findings().isEmpty()).isTrue();
      try (Stream<Path> left = Files.list(tree())) {
        assertThat(left.map(path -> path.getFileName().toString()))
            .containsAnyOf("mine")
            .isSubsetOf("mine", ".stepcache");
      }
    }
  }

  @Test
  void areMissedWhereTheAccountMayReadItsOwnFolderAlone() throws IOException {
    bucket.set("some/folder", archive());
    bucket.fail((request, name) -> {
      if (!name.contains("/tags/")) {
        throw new StoreException.Unauthorized("look beside x: access denied");
      }
    });

    assertThat(fetch("s3://bucket/some/folder").reason()).isEqualTo(Reason.MISS);
  }
}
