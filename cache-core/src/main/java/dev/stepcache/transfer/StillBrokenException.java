package dev.stepcache.transfer;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.util.function.Consumer;

/** A store goes on serving wrong bytes for a digest whose right ones it was sent. */
public final class StillBrokenException extends IOException {
  /** How many copies of one thing may be broken before a store is given up. */
  public static final int MOST = 8;

  private final transient Consumer<Descriptor> replacements;

  /**
   * @param replacements is told what will be sent in its place, and is to be read back as well
   */
  public StillBrokenException(Digest digest, Consumer<Descriptor> replacements) {
    super(digest + ": was sent again, and the store serves something else for it");
    this.replacements = replacements;
  }

  /** Says what is sent in the place of this. */
  public void replacedBy(Descriptor other) {
    replacements.accept(other);
  }
}
