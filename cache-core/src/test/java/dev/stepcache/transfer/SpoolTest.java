package dev.stepcache.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.archive.IdleCores;
import dev.stepcache.cache.FaultyStore;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.DigestingOutputStream;
import dev.stepcache.oci.MediaType;
import dev.stepcache.resources.Resources;
import dev.stepcache.tree.OwnFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir Path cachePath;
  @TempDir Path spare;

  @Test
  void waitsBesideTheTree() throws IOException {
    Path ours = Files.createDirectory(cachePath.resolve(OwnFolder.NAME));

    try (Spool spool =
        Spool.of(cachePath.resolve(OwnFolder.NAME), Optional.of(spare), Resources.ofThisJvm(), 2)) {
      assertThat(spool.folder().getParent()).isEqualTo(ours);
    }
  }

  @Test
  void waitsInTheSpareFolderWhereTheBuildsUserOwnsTheTree() throws IOException {
    // As for a stranger: nothing can be made in it.
    Files.createFile(cachePath.resolve(OwnFolder.NAME));

    Path made;
    try (Spool spool =
        Spool.of(cachePath.resolve(OwnFolder.NAME), Optional.of(spare), Resources.ofThisJvm(), 2)) {
      made = spool.folder();
      assertThat(made.getParent()).isEqualTo(spare);
    }
    assertThat(made).doesNotExist();
  }

  @Test
  void waitsInTheTemporaryFolderAtLast() throws IOException {
    Files.createFile(cachePath.resolve(OwnFolder.NAME));

    try (Spool spool =
        Spool.of(
            cachePath.resolve(OwnFolder.NAME),
            Optional.of(spare.resolve("none")),
            Resources.ofThisJvm(),
            2)) {
      assertThat(spool.folder()).startsWith(Path.of(System.getProperty("java.io.tmpdir")));
      assertThat(spool.folder().getParent()).isNotEqualTo(spare);
    }
  }

  @Test
  void packsOnWhileOthersWaitForTheStore() throws IOException {
    CountDownLatch packings = new CountDownLatch(4);
    FaultyStore store = new FaultyStore(new LayoutStore(spare.resolve("store")));
    store.fault =
        operation -> {
          if (operation.startsWith("upload")) {
            await(packings);
          }
        };

    try (Spool spool =
        Spool.of(cachePath.resolve(OwnFolder.NAME), Optional.of(spare), Resources.ofThisJvm(), 2)) {
      Workers.runEach(
          spool.threads(),
          spool.threads(),
          number ->
              spool.store(
                  store,
                  out -> {
                    packings.countDown();
                    DigestingOutputStream layer = new DigestingOutputStream(out);
                    layer.write(number);
                    Descriptor blob = layer.descriptor(MediaType.OCI_LAYER_ZSTD);
                    return new PackedLayer(blob, blob.digest());
                  }));
      assertThat(spool.sent()).hasValue(4);
    }
  }

  @Test
  void lendsTheCoresOfThoseWhoHaveNothingToPack() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    FaultyStore store = new FaultyStore(new LayoutStore(spare.resolve("store")));
    store.fault = operation -> await(ended);

    try (Spool spool =
        Spool.of(cachePath.resolve(OwnFolder.NAME), Optional.of(spare), Resources.ofThisJvm(), 2)) {
      IdleCores cores = spool.idleCores();
      spool.store(
          store,
          out -> {
            assertThat(cores.begin(() -> awaitEnd(end))).isPresent();
            assertThat(cores.begin(() -> {})).isEmpty();
            end.countDown();
            long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (cores.begin(ended::countDown).isEmpty()) {
              assertThat(System.nanoTime()).as("the core comes back").isLessThan(patience);
              Thread.onSpinWait();
            }
            DigestingOutputStream layer = new DigestingOutputStream(out);
            Descriptor blob = layer.descriptor(MediaType.OCI_LAYER_ZSTD);
            return new PackedLayer(blob, blob.digest());
          });
    }
  }

  private static void awaitEnd(CountDownLatch latch) {
    try {
      await(latch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IOException("nobody packs while layers are sent");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
