package dev.stepcache.archive;

import java.util.Optional;

/**
 * Lends cores that nobody uses: where few layers are packed, one is read on while it is compressed.
 */
@FunctionalInterface
public interface IdleCores {
  /** Has none. */
  IdleCores NONE = task -> Optional.empty();

  /** Begins a task on an idle core; empty where there is none, and then nothing was begun. */
  Optional<Begun> begin(Runnable task);

  /** A task that was begun. */
  @FunctionalInterface
  interface Begun {
    /** Waits for its end, through interrupts; throws what it threw. */
    void await();
  }
}
