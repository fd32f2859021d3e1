package dev.stepcache.archive;

import dev.stepcache.text.Printable;
import java.io.IOException;

/** More than a limit allows; the message names the limit. */
public final class LimitException extends IOException {
  private final boolean everywhere;

  /** More than this reader takes; another one may have more room. */
  public LimitException(String message) {
    this(message, false);
  }

  private LimitException(String message, boolean everywhere) {
    super(Printable.of(message));
    this.everywhere = everywhere;
  }

  /** More than any reader takes. */
  public static LimitException ofFormat(String message) {
    return new LimitException(message, true);
  }

  /** Whether no reader takes it. */
  public boolean isEverywhere() {
    return everywhere;
  }
}
