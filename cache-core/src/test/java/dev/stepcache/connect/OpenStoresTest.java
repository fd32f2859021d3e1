package dev.stepcache.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Tag;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OpenStoresTest {
  private static final Tag TAG = new Tag("v1");

  @TempDir Path folder;

  private OpenStores stores() {
    return new OpenStores(
        new Connection(true, Optional.empty(), Optional.empty(), Map.of(), Optional.empty()),
        retry -> {},
        notice -> {});
  }

  @Test
  void opensEachStoreOnceForAllReferencesThatLieInIt() throws IOException {
    try (OpenStores stores = stores()) {
      Store one = stores.of(StoreReference.parse("file:///one:a"));

      assertThat(stores.of(StoreReference.parse("file:///one:b"))).isSameAs(one);
      assertThat(stores.of(StoreReference.parse("file:///other:a"))).isNotSameAs(one);
      assertThat(stores.of(StoreReference.parse("oci://r.example/one:a"))).isNotSameAs(one);
      assertThat(stores.grant()).isEmpty();
    }
  }

  @Test
  void sendsNothingOnceItIsClosedThoughAStoreIsOpenedLater() throws IOException {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      OpenStores stores = stores();
      Store before = stores.of(StoreReference.parse("oci://" + registry.host() + "/ci/one"));
      stores.close();
      Store after = stores.of(StoreReference.parse("oci://" + registry.host() + "/ci/other"));

      assertThatThrownBy(() -> before.manifest(TAG)).isInstanceOf(StoreException.class);
      assertThatThrownBy(() -> after.manifest(TAG)).isInstanceOf(StoreException.class);
      assertThat(registry.seen()).isEmpty();
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void isClosedAtOnceThoughAFileThatAStoreIsOpenedByIsNotYetRead() throws Exception {
    Path config = folder.resolve("config.json");
    new ProcessBuilder("mkfifo", config.toString()).start().waitFor();
    try (FakeRegistry registry = FakeRegistry.plain()) {
      OpenStores stores =
          new OpenStores(
              new Connection(
                  true, Optional.empty(), Optional.of(config), Map.of(), Optional.empty()),
              retry -> {},
              notice -> {});
      FutureTask<Store> opened =
          new FutureTask<>(
              () -> stores.of(StoreReference.parse("oci://" + registry.host() + "/ci/one")));
      Thread.ofPlatform().daemon().start(opened);
      // Returns when the other side is there.
      try (OutputStream content = Files.newOutputStream(config)) {
        stores.close();
        content.write('{');
        content.write('}');
      }

      Store after = opened.get();
      assertThatThrownBy(() -> after.manifest(TAG)).isInstanceOf(StoreException.class);
      assertThat(registry.seen()).isEmpty();
    }
  }

  @Test
  void asksForALoginOnlyWhereAReferenceIsInARegistry() throws IOException {
    Connection nowhere =
        new Connection(
            false,
            Optional.empty(),
            Optional.of(folder.resolve("absent")),
            Map.of(),
            Optional.empty());
    try (OpenStores stores = new OpenStores(nowhere, retry -> {}, notice -> {})) {
      assertThat(stores.of(StoreReference.parse("file:///one:a"))).isNotNull();
      assertThatThrownBy(() -> stores.of(StoreReference.parse("oci://r.example/one:a")))
          .isInstanceOf(StoreException.MissingCredentials.class);
    }
  }
}
