package dev.stepcache.cli.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.cli.Output;
import dev.stepcache.connect.Connection;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Taking caches away from a registry that goes wrong, and from one that others use meanwhile. */
class PruningTest extends PruneCase {
  private static final PruneRules KEEP_ONE =
      new PruneRules(OptionalInt.of(1), Optional.empty(), OptionalLong.empty(), Optional.empty());

  private static final String REPOSITORY = "team/cache";

  private final FakeRegistry registry = FakeRegistry.plain();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private OpenStores stores;
  private Store store;

  @BeforeEach
  void save() throws IOException {
    stores =
        new OpenStores(
            new Connection(true, Optional.empty(), Optional.empty(), Map.of(), Optional.empty()),
            retry -> {},
            notice -> {});
    store = stores.of(StoreReference.parse("oci://" + registry.host() + "/" + REPOSITORY));
    save(store, tag(1), 1, 9, "shared", "a");
    save(store, tag(2), 2, 8, "shared", "b");
    store.put(new Tag("kept-by-hand"), MediaType.OCI_MANIFEST, manifest(2, 8, "shared", "b"));
    save(store, tag(3), 3, 7, "shared", "c");
    store.put(new Tag("go-latest"), MediaType.OCI_MANIFEST, manifest(3, 7, "shared", "c"));
  }

  @AfterEach
  void close() {
    stores.close();
    registry.close();
  }

  private PruneProgress progress() {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    return new PruneProgress(new Output(out, out), true);
  }

  private PruneRun pruning(PruneRules rules, BooleanSupplier ends) throws IOException {
    Inventory inventory = Inventory.of(store);
    return new PruneRun(
        store,
        store.offers(Deleter.class).orElseThrow(),
        PrunePlan.of(inventory.caches(), rules, NOW),
        inventory,
        progress(),
        ends);
  }

  private boolean prune(PruneRules rules) throws IOException {
    return pruning(rules, () -> false).run();
  }

  private void assertWhole(String... tags) throws IOException {
    assertThat(Inventory.of(store).tags()).extracting(Tag::value).containsExactlyInAnyOrder(tags);
    assertThat(Inventory.of(store).broken()).isEmpty();
    for (String tag : tags) {
      assertThat(store.manifest(new Tag(tag))).as(tag).isPresent();
    }
  }

  @Test
  void takesAnImageWholeAndATagAloneWhereItsImageIsNeeded() throws IOException {
    assertThat(prune(KEEP_ONE)).isTrue();

    assertWhole("go-latest", tag(3), "kept-by-hand");
    assertThat(registry.seen("DELETE", ""))
        .extracting(seen -> seen.path().replaceAll("sha256:.*", "DIGEST"))
        .containsExactly("/v2/team/cache/manifests/DIGEST", "/v2/team/cache/manifests/" + tag(2));
  }

  @Test
  void goesOnWhereItWasCutShortWhicheverRequestFailed() throws IOException {
    int fatal = 0;
    for (int good = 0; ; good++) {
      registry.mend();
      AtomicInteger left = new AtomicInteger(good);
      PruneRun pruning = pruning(KEEP_ONE, () -> false);
      Fault dies =
          (exchange, damage) ->
              left.getAndDecrement() <= 0
                  && Fault.status(409, "gone away").strike(exchange, damage);
      registry.always("GET", "", dies);
      registry.always("DELETE", "", dies);
      boolean done;
      try {
        done = pruning.run() && left.get() >= 0;
      } catch (StoreException e) {
        done = false;
        fatal++;
      }
      registry.mend();
      // Whatever was done: each tag that is there leads to an image, and what stays is there.
      for (Tag tag : Inventory.of(store).tags()) {
        assertThat(store.manifest(tag)).as(tag.value()).isPresent();
      }
      assertThat(Inventory.of(store).tags())
          .extracting(Tag::value)
          .contains("go-latest", tag(3), "kept-by-hand");
      if (done) {
        break;
      }
      assertThat(prune(KEEP_ONE)).isTrue();
      assertWhole("go-latest", tag(3), "kept-by-hand");
      save(store, tag(1), 1, 9, "shared", "a");
      save(store, tag(2), 2, 8, "shared", "b");
    }
    assertThat(fatal).isGreaterThan(5);
  }

  @Test
  void endsBetweenTwoRequestsWhenItIsTold() throws IOException {
    AtomicInteger asked = new AtomicInteger();

    assertThat(pruning(KEEP_ONE, () -> asked.incrementAndGet() > 2).run()).isFalse();

    assertWhole("go-latest", tag(2), tag(3), "kept-by-hand");
    assertThat(prune(KEEP_ONE)).isTrue();
    assertWhole("go-latest", tag(3), "kept-by-hand");
  }

  @Test
  void leavesATagAloneThatMovedWhileItWasPlanned() throws IOException {
    PruneRun pruning = pruning(KEEP_ONE, () -> false);
    store.put(new Tag(tag(1)), MediaType.OCI_MANIFEST, manifest(3, 7, "shared", "c"));

    assertThat(pruning.run()).isTrue();

    assertWhole("go-latest", tag(1), tag(3), "kept-by-hand");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(tag(1) + ": left: it names another image by now");
  }

  @Test
  void takesNoImageThatATagOfMeanwhileNames() throws IOException {
    PruneRun pruning = pruning(KEEP_ONE, () -> false);
    store.put(new Tag("just-now"), MediaType.OCI_MANIFEST, manifest(1, 9, "shared", "a"));

    assertThat(pruning.run()).isTrue();

    assertWhole("go-latest", tag(3), "just-now", "kept-by-hand");
  }

  @Test
  void takesNoImageThatLatestWasMovedBackTo() throws IOException {
    PruneRun pruning = pruning(KEEP_ONE, () -> false);
    store.put(new Tag("go-latest"), MediaType.OCI_MANIFEST, manifest(1, 9, "shared", "a"));

    assertThat(pruning.run()).isTrue();

    assertWhole("go-latest", tag(3), "kept-by-hand");
    assertThat(store.manifest(new Tag("go-latest")).orElseThrow().content())
        .isEqualTo(manifest(1, 9, "shared", "a"));
  }

  @Test
  void putsBackWhatARegistryTookWithATagThatWasToGoAlone() throws IOException {
    registry.fault(
        "DELETE",
        "/manifests/" + tag(2),
        (exchange, damage) -> {
          // As if it had been asked to delete the image.
          for (String tag : List.of(tag(2), "kept-by-hand")) {
            assertThat(store.manifest(new Tag(tag))).isPresent();
          }
          deleteByDigest();
          return Fault.status(202, "").strike(exchange, damage);
        });

    assertThat(prune(KEEP_ONE)).isTrue();

    assertWhole("go-latest", tag(3), "kept-by-hand");
  }

  private void deleteByDigest() throws IOException {
    store.offers(Deleter.class).orElseThrow().deleteImage(Digest.of(manifest(2, 8, "shared", "b")));
  }

  @Test
  void saysThatARegistryDeletesNothing() {
    registry.always("DELETE", "", Fault.status(405));

    assertThatThrownBy(() -> prune(KEEP_ONE))
        .isInstanceOfSatisfying(
            PruneRun.Refused.class,
            refused -> {
              assertThat(refused.isForEverybody()).isTrue();
              assertThat(refused).hasMessageContaining("answered 405");
            });
  }

  @Test
  void saysThatThisAccountMayNotDelete() {
    registry.always("DELETE", "", Fault.status(403));

    assertThatThrownBy(() -> prune(KEEP_ONE))
        .isInstanceOfSatisfying(
            PruneRun.Refused.class, refused -> assertThat(refused.isForEverybody()).isFalse());
  }

  @Test
  void goesOnWithTheOthersWhereARuleKeepsOneTag() throws IOException {
    registry.always("DELETE", "/manifests/" + tag(2), Fault.status(412, "immutable"));

    assertThat(prune(KEEP_ONE)).isTrue();

    assertWhole("go-latest", tag(2), tag(3), "kept-by-hand");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(tag(2) + ": not removed: ", "immutable");
  }

  @Test
  void takesTheTagThatNamesTheNewestLast() throws IOException {
    PruneRules all =
        new PruneRules(
            OptionalInt.empty(),
            Optional.of(Duration.ZERO),
            OptionalLong.empty(),
            Optional.empty());
    store.put(new Tag("go-latest"), MediaType.OCI_MANIFEST, manifest(1, 9, "shared", "a"));
    AtomicInteger asked = new AtomicInteger();

    assertThat(pruning(all, () -> asked.incrementAndGet() > 2).run()).isFalse();

    assertThat(Inventory.of(store).tags()).contains(new Tag("go-latest"), new Tag(tag(1)));
    assertThat(prune(all)).isTrue();
    assertThat(registry.manifest(REPOSITORY, "go-latest")).isEmpty();
  }
}
