package dev.stepcache.pack;

import dev.stepcache.oci.Printable;
import java.io.IOException;

/** More than a limit allows; the message names the limit. */
public final class LimitException extends IOException {
  public LimitException(String message) {
    super(Printable.of(message));
  }
}
