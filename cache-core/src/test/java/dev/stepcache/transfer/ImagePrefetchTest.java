package dev.stepcache.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.cache.Bench;
import dev.stepcache.cache.Candidate;
import dev.stepcache.cache.FaultyStore;
import dev.stepcache.cache.Fetch;
import dev.stepcache.cache.FetchRequest;
import dev.stepcache.cache.OddTree;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read of an image before it is known whether it is for this run. */
@Timeout(60)
class ImagePrefetchTest extends OddTree {
  private static final int CONTENT = 12 << 20;

  private final List<CacheEvent> events = Collections.synchronizedList(new ArrayList<>());
  private FaultyStore store;

  @BeforeEach
  void saveATree() throws IOException {
    Random random = new Random(9);
    for (int file = 0; file < 12; file++) {
      byte[] content = new byte[CONTENT / 12];
      random.nextBytes(content);
      Files.write(tree.resolve("file" + file), content);
    }
    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    store = new FaultyStore(new LayoutStore(folder.resolve("store")));
  }

  private FetchOutcome fetch(Platform platform, boolean lookupOnly) {
    return new Fetch(
            CacheFolders.of(restored),
            RestoreMode.SHARED,
            platform,
            1L << 40,
            Duration.ofMillis(200),
            Resources.ofThisJvm(),
            events::add)
        .run(
            new FetchRequest(
                List.of(
                    Candidate.ofTheKey(
                        store,
                        new StoreReference.InLayout(
                            Path.of("/elsewhere"), new Tag(Bench.KEY.hex())))),
                Optional.empty(),
                false,
                lookupOnly));
  }

  private List<String> blobs() {
    return store.operations.stream().filter(operation -> operation.startsWith("blob")).toList();
  }

  /** Each blob that is asked for waits until so many are, as if each took as long. */
  private void eachWaitsFor(int others) {
    CountDownLatch together = new CountDownLatch(others);
    store.fault =
        operation -> {
          if (operation.startsWith("blob")) {
            together.countDown();
            try {
              assertThat(together.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new InterruptedIOException("interrupted");
            }
          }
        };
  }

  @Test
  void configAndIndexAndTwoLayersAreAskedForAtOnce() {
    eachWaitsFor(4);

    assertThat(fetch(Bench.PLATFORM, false).reason()).isEqualTo(Reason.HIT);

    assertThat(blobs()).hasSizeGreaterThan(6).doesNotHaveDuplicates();
  }

  @Test
  void nothingOfAnImageForAnotherPlatformIsReadAnyLongerThanThatTakesToKnow() {
    store.stalled = blob -> blob.size() > CONTENT / 100;

    FetchOutcome outcome = fetch(new Platform("linux", "s390x"), false);

    assertThat(outcome.reason()).isEqualTo(Reason.PLATFORM);
    assertThat(store.open).hasValue(0);
    assertThat(store.read.get()).isLessThan(CONTENT / 4);
    assertThat(events).hasSize(1).hasOnlyElementsOfType(CacheEvent.LookedUp.class);
    assertThat(restored.getParent()).doesNotExist();
  }

  @Test
  void aBrokenConfigIsWhatEndsAFetchWhateverElseIsBroken() {
    String config = Bench.KEY.hex();
    store.fault =
        operation -> {
          if (operation.startsWith("blob")) {
            boolean ahead = Thread.currentThread().getName().startsWith("stepcache-worker");
            throw new IOException(ahead ? "other" : config);
          }
        };

    assertThat(fetch(Bench.PLATFORM, false).message()).contains(config);
  }

  @Test
  void whoOnlyLooksAsksForNoContent() {
    assertThat(fetch(Bench.PLATFORM, true).reason()).isEqualTo(Reason.HIT);

    assertThat(blobs()).hasSize(2);
  }

  @Test
  void leavesNoThreadBehind() throws InterruptedException {
    fetch(Bench.PLATFORM, false);
    fetch(new Platform("linux", "s390x"), false);

    // A pool has ended a moment before the last of its threads has.
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("stepcache-worker")) {
        thread.join(Duration.ofSeconds(5));
      }
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("stepcache-worker"));
  }
}
