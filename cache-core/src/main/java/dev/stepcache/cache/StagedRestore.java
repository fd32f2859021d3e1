package dev.stepcache.cache;

import dev.stepcache.format.TreeIndex;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.CacheEvent.Direction;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.Committed;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.Stage;
import dev.stepcache.transfer.WritebackPacer;
import dev.stepcache.unpack.LayerUnpacker;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A restore into cache paths that nobody else uses meanwhile, all or nothing, whatever it is that
 * is unpacked: the stage, the commit, and the events that tell of both.
 *
 * @param folders the cache paths
 * @param largest the most bytes of files that may be unpacked
 * @param lockWait how long another step may hold the cache paths
 */
record StagedRestore(
    CacheFolders folders,
    RestoreMode mode,
    long largest,
    Duration lockWait,
    Resources resources,
    Consumer<CacheEvent> events) {
  /** What is restored. */
  interface Content {
    /** Unpacks all of it into the stage, then commits, and does what is left to do after that. */
    void restore(Stage stage, LayerUnpacker unpacker, Commit commit) throws IOException;
  }

  /** Moves what is staged into the cache paths. */
  interface Commit {
    Committed run() throws IOException;
  }

  /**
   * Restores it; where that fails, the cache paths are as they were.
   *
   * @param layers how many it has
   * @param index of all of it, where it has one
   * @return how many bytes of files were unpacked
   */
  long run(int layers, Optional<TreeIndex> index, UnpackLimits limits, Content content)
      throws IOException {
    AtomicLong bytes = new AtomicLong();
    AtomicBoolean committed = new AtomicBoolean();
    try (CacheFolders.Hold hold = folders.holdAlone(lockWait)) {
      events.accept(
          new CacheEvent.TransferStarted(
              Direction.RESTORE,
              layers,
              index.map(TreeIndex::files).orElse(0L),
              index.map(TreeIndex::bytes).orElse(0L)));
      try (Stage stage = hold.stage(mode);
          WritebackPacer pacer =
              WritebackPacer.of(
                  stage::flush, index.map(TreeIndex::bytes).orElse(Long.MAX_VALUE), resources)) {
        LayerUnpacker unpacker =
            new LayerUnpacker(
                stage,
                limits,
                count -> {
                  pacer.unpacked(count);
                  events.accept(new CacheEvent.Progress(bytes.addAndGet(count)));
                });
        content.restore(stage, unpacker, () -> commit(stage, committed));
      } finally {
        events.accept(new CacheEvent.TransferEnded(Direction.RESTORE));
        if (!committed.get()) {
          hold.leaveNoTrace();
        }
      }
    }
    return bytes.get();
  }

  private Committed commit(Stage stage, AtomicBoolean committed) throws IOException {
    Committed done = new Change(folders, events).commit(stage);
    committed.set(true);
    return done;
  }
}
