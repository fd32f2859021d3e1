package dev.stepcache.bake;

import dev.stepcache.oci.Platform;
import dev.stepcache.store.StoreReference;

/** References of images as people write them, with the platform left open where they like. */
final class PlatformReferences {
  private static final String OS = "{{os}}";
  private static final String ARCHITECTURE = "{{arch}}";

  private PlatformReferences() {}

  /** Holds that a text is a reference, for any platform. */
  static String check(String text) {
    StoreReference _ = of(text, new Platform("linux", "amd64"));
    return text;
  }

  /**
   * The reference for a platform; one without a scheme is of a registry. Throws
   * IllegalArgumentException that says what is wrong.
   */
  static StoreReference of(String text, Platform platform) {
    String filled = text.replace(OS, platform.os()).replace(ARCHITECTURE, platform.architecture());
    return StoreReference.parse(filled.contains("://") ? filled : "oci://" + filled);
  }
}
