package dev.stepcache.step;

import dev.stepcache.key.KeyExtraException;
import dev.stepcache.key.NoLockFilesException;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.resources.Resources;
import dev.stepcache.text.Amounts;
import java.io.IOException;
import java.util.Optional;

/** What it means that a step's work ended by a failure, or without an outcome. */
final class WorkFailure {
  private WorkFailure() {}

  /** What a mistake of the user is told by; empty where it is none. */
  static Optional<String> mistake(Throwable failure) {
    return param(failure).map(param -> param + failure.getMessage());
  }

  /** What a mistake begins with, if the failure is one. */
  private static Optional<String> param(Throwable failure) {
    return switch (failure) {
      case UsageException named -> Optional.of("");
      case NoLockFilesException none -> Optional.of(StepOptions.PATTERNS.name() + ": ");
      case KeyExtraException extra -> Optional.of(KeyOptions.KEY_EXTRA.name() + ": ");
      default -> Optional.empty();
    };
  }

  /**
   * What any other failure is told by.
   *
   * @param failure empty where the work ended by none, and without an outcome
   */
  static Trouble trouble(Optional<Throwable> failure) {
    if (failure.isEmpty()) {
      return new Trouble(Reason.INTERNAL, "no outcome");
    }
    if (failure.get() instanceof IOException e) {
      return Trouble.of(e);
    }
    if (failure.get() instanceof OutOfMemoryError) {
      return new Trouble(
          Reason.LIMIT,
          "out of memory at a heap of "
              + Amounts.bytes(Resources.ofThisJvm().heap())
              + ", which is a quarter of the container's limit");
    }
    return Trouble.internal(failure.get());
  }
}
