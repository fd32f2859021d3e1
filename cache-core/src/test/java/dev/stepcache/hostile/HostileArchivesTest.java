package dev.stepcache.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.cache.Candidate;
import dev.stepcache.cache.Fetch;
import dev.stepcache.hostile.Images.Shape;
import dev.stepcache.hostile.Surroundings.Start;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each archive of the corpus, as an image of another tool and of our own shape, into a cache path
 * that is absent, empty and full of traps: nothing outside is touched, and it comes back exactly or
 * is refused whole.
 */
@Tag("slow")
class HostileArchivesTest {
  /** Why an archive may be refused that pretends to be ours, and is not. */
  private static final Set<Reason> REFUSED = Set.of(Reason.CORRUPT, Reason.LIMIT);

  @TempDir static Path root;
  private static int places;

  static Stream<Archive> archives() {
    return Corpus.of(Surroundings.outside(root)).stream();
  }

  @BeforeAll
  static void makeWhatMustStay() throws IOException {
    Surroundings.make(root);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("archives")
  void comesBackExactlyOrIsRefusedWhole(Archive archive) throws IOException {
    Path layout = root.resolve("stores/" + places);
    new Images(layout).put(archive, Shape.FOREIGN);
    for (Start start : Start.values()) {
      Surroundings place = Surroundings.of(root, "places/" + places++, start);
      FetchOutcome outcome = fetch(layout, place.cache);

      if (archive.expected().isPresent()) {
        assertThat(outcome.reason()).as("%s: %s", start, outcome.message()).isEqualTo(Reason.HIT);
        assertThat(place.afterRestore(archive.expected().get(), true)).as("%s", start).isEmpty();
      } else {
        assertThat(archive.reasons()).as("%s: %s", start, outcome).contains(outcome.reason());
        assertThat(place.afterRefusal(start)).as("%s", start).isEmpty();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("archives")
  void isNoMoreHarmfulInOurOwnShape(Archive archive) throws IOException {
    Path layout = root.resolve("stores/" + places);
    new Images(layout).put(archive, Shape.OURS);
    for (Start start : Start.values()) {
      Surroundings place = Surroundings.of(root, "places/" + places++, start);
      FetchOutcome outcome = fetch(layout, place.cache);

      if (outcome.reason() == Reason.HIT) {
        assertThat(archive.expected()).as("%s: restored", start).isPresent();
        assertThat(place.afterRestore(archive.expected().get(), false)).as("%s", start).isEmpty();
      } else {
        assertThat(REFUSED).as("%s: %s", start, outcome).contains(outcome.reason());
        assertThat(place.afterRefusal(start)).as("%s", start).isEmpty();
      }
    }
  }

  @Test
  void isACorpusOfManyArchives() {
    List<Archive> archives = archives().toList();
    assertThat(archives).hasSizeGreaterThan(400).extracting(Archive::name).doesNotHaveDuplicates();
    assertThat(archives.stream().filter(archive -> archive.expected().isPresent()).count())
        .isGreaterThan(150);
  }

  static FetchOutcome fetch(Path layout, Path cache) {
    return fetch(layout, cache, 1L << 36);
  }

  static FetchOutcome fetch(Path layout, Path cache, long largest) {
    return new Fetch(
            CacheFolders.of(cache),
            RestoreMode.PRESERVE,
            Images.PLATFORM,
            largest,
            Duration.ofSeconds(1),
            Resources.ofThisJvm(),
            event -> {})
        .run(
            List.of(
                Candidate.ofTheKey(
                    new Images(layout).store(), new StoreReference.InLayout(layout, Images.TAG))));
  }
}
