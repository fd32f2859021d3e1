package dev.stepcache.transfer;

import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreContract;
import dev.stepcache.store.StoreReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** A layout as an upload sees it, of which other things were found broken, and others lost. */
class HealingStoreContractTest extends StoreContract {
  private static final Digest OTHER = Digest.of("other".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;

  @Override
  protected Store open() {
    Store layout = new LayoutStore(folder.resolve("store"));
    Findings findings = new Findings(Set.of(OTHER), Set.of());
    return new ResendingStore(
        new HealingStore(layout, new VerifiedReads(layout, findings)), Set.of(OTHER));
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("file://" + folder.resolve("other"));
  }
}
