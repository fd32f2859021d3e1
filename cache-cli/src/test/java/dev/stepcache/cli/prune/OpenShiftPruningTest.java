package dev.stepcache.cli.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.cli.Output;
import dev.stepcache.cli.listing.ListedCaches;
import dev.stepcache.cli.listing.RepositoryReader;
import dev.stepcache.connect.Connection;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.registry.ClusterApi;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.OpenShiftRegistry;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Taking caches away from OpenShift's registry, as a pod of the cluster does. */
class OpenShiftPruningTest extends PruneCase {
  private static final String TOKEN = "the-accounts-token";

  @TempDir Path folder;
  private final OpenShiftRegistry registry = new OpenShiftRegistry();
  private final ClusterApi api = new ClusterApi(registry, TOKEN);
  private OpenStores stores;
  private Store store;

  @BeforeEach
  void save() throws IOException {
    registry.allow(TOKEN, "ci");
    stores =
        new OpenStores(
            new Connection(
                false,
                Optional.empty(),
                Optional.empty(),
                api.environment(),
                Optional.of(
                    new Connection.OpenShift(
                        api.account(folder).token(), FakeRegistry.serviceAuthority(folder)))),
            retry -> {},
            notice -> {});
    store = stores.of(StoreReference.parse("oci://" + registry.host() + "/ci/cache"));
    save(store, tag(1), 1, 9, "a");
    save(store, tag(2), 2, 8, "b");
    store.put(new Tag("go-latest"), MediaType.OCI_MANIFEST, manifest(2, 8, "b"));
  }

  @AfterEach
  void close() {
    stores.close();
    api.close();
    registry.close();
  }

  private boolean prune() throws IOException {
    PrintStream out =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Inventory inventory = Inventory.of(store);
    PruneRules rules =
        new PruneRules(OptionalInt.of(1), Optional.empty(), OptionalLong.empty(), Optional.empty());
    return new PruneRun(
            store,
            store.offers(Deleter.class).orElseThrow(),
            PrunePlan.of(inventory.caches(), rules, NOW),
            inventory,
            new PruneProgress(new Output(out, out), false),
            () -> false)
        .run();
  }

  @Test
  void deletesTagsByTheClustersApi() throws IOException {
    assertThat(prune()).isTrue();

    assertThat(Inventory.of(store).tags())
        .extracting(Tag::value)
        .containsExactlyInAnyOrder("go-latest", tag(2));
    assertThat(registry.registry().seen("DELETE", "/manifests/")).isEmpty();
  }

  @Test
  void namesTheCommandWhereTheAccountMayNotDelete() throws IOException {
    api.denyDeletes();

    assertThatThrownBy(this::prune)
        .isInstanceOfSatisfying(
            PruneRun.Refused.class,
            refused -> {
              assertThat(refused.isForEverybody()).isFalse();
              assertThat(refused)
                  .hasMessageContaining("oc policy add-role-to-user registry-editor")
                  .hasMessageContaining(" -n ci");
            });
    assertThat(Inventory.of(store).tags()).hasSize(3);
  }

  private ListedCaches found() throws IOException {
    RepositoryReader reader = new RepositoryReader(store, Map.of(), Optional.empty());
    return reader.read(reader.tags(tag -> true), true);
  }

  private static Optional<ListedCaches.Time> time(ListedCaches found, String tag) {
    return found.caches().stream()
        .filter(cache -> cache.tag().value().equals(tag))
        .findFirst()
        .flatMap(found::time);
  }

  @Test
  void hasTheTimeOfASaveFromTheImageStreamWhereNoIndexTellsIt() throws IOException {
    Instant pushed = Instant.parse("2026-05-01T10:00:00Z");
    api.pushed(tag(2), pushed);
    api.pushed("go-latest", pushed.plusSeconds(60));

    ListedCaches found = found();

    assertThat(time(found, tag(2))).contains(new ListedCaches.Time(pushed, true));
    assertThat(time(found, "go-latest")).contains(new ListedCaches.Time(pushed, true));
    assertThat(time(found, tag(1)).orElseThrow().exact()).isFalse();
  }

  @Test
  void hasTheNewestTimeInACacheWhereTheAccountMayNotLookAtTheImageStream() throws IOException {
    api.pushed(tag(2), Instant.parse("2026-05-01T10:00:00Z"));
    api.denyDeletes();

    assertThat(time(found(), tag(2)).orElseThrow().exact()).isFalse();
  }
}
