package dev.stepcache.key;

import java.io.IOException;

/** An extra part of the key names a file that cannot be had; the message says which and why. */
public final class KeyExtraException extends IOException {
  KeyExtraException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
