package dev.stepcache.oci;

import dev.stepcache.text.Printable;
import java.io.IOException;

/** A manifest, config or other JSON document that does not say what its specification demands. */
public final class MalformedDocumentException extends IOException {
  public MalformedDocumentException(String message) {
    super(Printable.of(message));
  }
}
