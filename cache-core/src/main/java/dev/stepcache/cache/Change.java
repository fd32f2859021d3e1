package dev.stepcache.cache;

import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.restore.BusyException;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.Committed;
import dev.stepcache.restore.InterruptedRestoreException;
import dev.stepcache.restore.Stage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.Consumer;

/** A change of the cache paths, which nobody should end half way. */
record Change(CacheFolders folders, Consumer<CacheEvent> events) {
  private interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Moves in what is staged.
   *
   * @throws InterruptedRestoreException where the cache paths are left half
   */
  Committed commit(Stage stage) throws IOException {
    return run(stage::commit, true);
  }

  /**
   * Rolls back what a restore left that was interrupted.
   *
   * @param lockWait how long another step may hold the cache paths
   * @throws InterruptedRestoreException where they are left half
   */
  void rollBack(Duration lockWait) throws IOException {
    boolean _ =
        run(
            () -> {
              folders.recover(lockWait);
              return true;
            },
            false);
  }

  /**
   * Tells when the cache paths are whole again; after an Error, or where not even undoing works,
   * they are not.
   *
   * @param restores whether they then hold the cache
   */
  private <T> T run(Work<T> work, boolean restores) throws IOException {
    events.accept(new CacheEvent.ChangeStarted());
    boolean whole = false;
    boolean done = false;
    try {
      T changed = work.run();
      whole = true;
      done = true;
      return changed;
    } catch (BusyException | InterruptedIOException e) {
      // Somebody else is changing them, and this step has not begun to.
      whole = true;
      throw e;
    } catch (IOException | RuntimeException e) {
      whole = !folders.isUnfinished();
      if (!whole && !(e instanceof InterruptedRestoreException)) {
        throw new InterruptedRestoreException(
            "the restored tree could be neither moved in whole nor taken back: " + e, e);
      }
      throw e;
    } finally {
      if (whole) {
        events.accept(new CacheEvent.ChangeEnded(done && restores));
      }
    }
  }
}
