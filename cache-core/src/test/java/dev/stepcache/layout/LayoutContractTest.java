package dev.stepcache.layout;

import dev.stepcache.store.Store;
import dev.stepcache.store.StoreContract;
import dev.stepcache.store.StoreReference;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** An OCI image layout in a folder that is not there yet. */
class LayoutContractTest extends StoreContract {
  @TempDir Path folder;

  @Override
  protected Store open() {
    return new LayoutStore(folder.resolve("not/there/yet"));
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("file://" + folder.resolve("other"));
  }
}
