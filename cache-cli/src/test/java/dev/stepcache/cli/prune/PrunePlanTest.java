package dev.stepcache.cli.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.cli.CacheDetails;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which caches go by which rule. */
class PrunePlanTest extends PruneCase {
  private static PruneRules keepLast(int number) {
    return new PruneRules(
        OptionalInt.of(number), Optional.empty(), OptionalLong.empty(), Optional.empty());
  }

  private static PruneRules maxAge(int days) {
    return new PruneRules(
        OptionalInt.empty(),
        Optional.of(Duration.ofDays(days)),
        OptionalLong.empty(),
        Optional.empty());
  }

  private static PruneRules keepLastAndMaxAge(int number, int days) {
    return new PruneRules(
        OptionalInt.of(number),
        Optional.of(Duration.ofDays(days)),
        OptionalLong.empty(),
        Optional.empty());
  }

  private static List<String> tags(PrunePlan plan) {
    return plan.going().stream().map(entry -> entry.cache().tag().value()).toList();
  }

  private static List<String> going(PruneRules rules, CacheDetails.Cache... caches) {
    return tags(PrunePlan.of(List.of(caches), rules, NOW));
  }

  private static List<String> bakedGoing(PruneRules rules, CacheDetails.Cache... images) {
    return tags(PrunePlan.ofBaked(List.of(images), rules, NOW));
  }

  @Test
  void keepsTheNewestOfEachTemplateAndOfEachScope() {
    assertThat(
            going(
                keepLast(1),
                cache(tag(1), 1, 9, "a"),
                cache(tag(2), 2, 8, "b"),
                cache("npm-" + key(3).hex(), 3, 20, "c"),
                cache("scope.main." + key(4).hex(), 4, 30, "d"),
                cache("scope.pr-1." + key(5).hex(), 5, 40, "e"),
                cache("scope.pr-1." + key(6).hex(), 6, 39, "f")))
        .containsExactlyInAnyOrder(tag(1), "scope.pr-1." + key(5).hex());
  }

  @Test
  void takesATagThatWasNamedByHandForAScopeOfItsOwn() {
    assertThat(going(keepLast(1), cache("nightly", 1, 9, "a"), cache("weekly", 2, 8, "b")))
        .isEmpty();
  }

  @Test
  void keepsARollingTagAsTheOnlyOneOfItsKindThoughTheKeysTagGoes() {
    assertThat(
            going(
                keepLastAndMaxAge(1, 30),
                cache(tag(1), 1, 90, "a"),
                cache("main", 1, 90, "a"),
                cache(tag(2), 2, 40, "b")))
        .containsExactly(tag(1));
  }

  @Test
  void countsTwoTagsOfOneImageInAScopeOnce() {
    assertThat(
            going(
                keepLast(2),
                cache(tag(2), 2, 1, "b"),
                cache("go-latest", 2, 1, "b"),
                cache(tag(1), 1, 2, "a")))
        .isEmpty();
  }

  @Test
  void keepsTheNewestThoughTheyAreOld() {
    assertThat(
            going(
                keepLastAndMaxAge(1, 30),
                cache(tag(1), 1, 90, "a"),
                cache(tag(2), 2, 80, "b"),
                cache("npm-" + key(3).hex(), 3, 5, "c"),
                cache("npm-" + key(4).hex(), 4, 4, "d")))
        .containsExactly(tag(1));
  }

  @Test
  void keepsWhatLatestNamesAsLongAsAnythingElseOfItsScopeStays() {
    assertThat(
            going(
                maxAge(30),
                cache(tag(1), 1, 90, "a"),
                cache("go-latest", 1, 90, "a"),
                cache(tag(2), 2, 5, "b")))
        .isEmpty();
    assertThat(
            going(
                maxAge(3),
                cache(tag(1), 1, 90, "a"),
                cache("go-latest", 1, 90, "a"),
                cache(tag(2), 2, 5, "b"),
                cache("npm-" + key(3).hex(), 3, 1, "c")))
        .containsExactlyInAnyOrder(tag(1), tag(2), "go-latest");
  }

  @Test
  void doesNotTakeACacheOfUnknownAgeForOld() {
    long ever = NOW.getEpochSecond() / 86_400;

    assertThat(going(maxAge(30), cache(tag(1), 1, (int) ever, "a"), cache(tag(2), 2, 1, "b")))
        .isEmpty();
  }

  @Test
  void makesRoomByTheOldestAndNeverByWhatIsHeld() {
    // Each layer is of as many hundred bytes as its name is long, and its name.
    PruneRules rules =
        new PruneRules(OptionalInt.of(1), Optional.empty(), OptionalLong.of(500), Optional.empty());

    assertThat(
            going(
                rules,
                cache(tag(1), 1, 3, "aa"),
                cache(tag(2), 2, 2, "bbb"),
                cache(tag(3), 3, 1, "cc"),
                cache("npm-" + key(4).hex(), 4, 90, "dd")))
        .containsExactly(tag(1), tag(2));
  }

  @Test
  void countsASharedLayerOnce() {
    PrunePlan plan =
        PrunePlan.of(
            List.of(cache(tag(1), 1, 3, "shared", "a"), cache(tag(2), 2, 2, "shared", "b")),
            keepLast(1),
            NOW);

    assertThat(plan.stored()).isEqualTo(606 + 101 + 101);
    assertThat(plan.frees()).isEqualTo(101);
    assertThat(plan.imagesGoing()).isEqualTo(1);
  }

  @Test
  void takesAwayScopesInWhichNobodyLivesAndNoOther() {
    PruneRules rules =
        new PruneRules(
            OptionalInt.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            Optional.of(Set.of("main")));

    assertThat(
            going(
                rules,
                cache("scope.main." + key(1).hex(), 1, 90, "a"),
                cache("scope.pr-1." + key(2).hex(), 2, 1, "b"),
                cache("scope.pr-1.latest", 2, 1, "b"),
                cache(tag(3), 3, 90, "c")))
        .containsExactlyInAnyOrder("scope.pr-1." + key(2).hex(), "scope.pr-1.latest");
  }

  @Test
  void takesAllThatWasBakedForOneScope() {
    assertThat(
            bakedGoing(
                keepLast(2),
                cache("nightly-3", 1, 3, "a"),
                cache("weekly-2", 2, 2, "b"),
                cache("nightly-1", 3, 1, "c"),
                cache("nightly", 3, 1, "c")))
        .containsExactly("nightly-3");
  }

  @Test
  void takesWhatMoreTagsNameForTheNewerOfTwoOfOneDay() {
    for (int moved : List.of(1, 2)) {
      assertThat(
              bakedGoing(
                  keepLast(1),
                  cache("one", 1, 3, "a"),
                  cache("two", 2, 3, "b"),
                  cache("nightly", moved, 3, moved == 1 ? "a" : "b")))
          .containsExactly(moved == 1 ? "two" : "one");
    }
  }

  @Test
  void noticesAClockThatRunsBehind() {
    PrunePlan plan = PrunePlan.of(List.of(cache(tag(1), 1, -3, "a")), maxAge(1), NOW);

    assertThat(plan.going()).isEmpty();
    assertThat(plan.ahead(NOW)).contains(Duration.ofDays(3));
    assertThat(PrunePlan.of(List.of(cache(tag(1), 1, 1, "a")), maxAge(2), NOW).ahead(NOW))
        .isEmpty();
  }
}
