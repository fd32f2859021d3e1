package dev.stepcache.oci;

import dev.stepcache.text.Printable;
import java.io.IOException;

/** A manifest, config or other JSON document that does not say what its specification demands. */
public final class MalformedDocumentException extends IOException {
  /**
   * @param message which document, and what it lacks; made fit for people here
   */
  public MalformedDocumentException(String message) {
    super(Printable.of(message));
  }
}
