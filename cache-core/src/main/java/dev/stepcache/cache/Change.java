package dev.stepcache.cache;

import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.restore.BusyException;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.InterruptedRestoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.function.Consumer;

/** A change of the cache paths, which nobody should end half way. */
record Change(CacheFolders folders, Consumer<CacheEvent> events) {
  /** What changes them. */
  interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Runs it, and tells when the cache paths are whole again; after an Error, or where not even
   * undoing works, they are not.
   *
   * @param restores whether they then hold the cache
   * @throws InterruptedRestoreException where they are left half
   */
  <T> T run(Work<T> work, boolean restores) throws IOException {
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
