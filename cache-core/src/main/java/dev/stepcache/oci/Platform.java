package dev.stepcache.oci;

import java.util.Locale;

/**
 * An operating system and an architecture, in Go's words as OCI wants them; both empty where an
 * image does not state what it is for.
 */
public record Platform(String os, String architecture) {
  /** The platform that this process runs on. */
  public static Platform current() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch");
    return new Platform(
        os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : os,
        switch (architecture) {
          case "x86_64", "amd64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> architecture;
        });
  }

  /** Whether an image states what it is for. */
  public boolean isStated() {
    return !os.isEmpty() && !architecture.isEmpty();
  }

  /** What sets an image of this platform apart from another, for people. */
  public String against(Platform other) {
    return isStated()
        ? "the image is for " + this + ", this is " + other
        : "the image does not state what platform it is for (its config has no os or no"
            + " architecture), this is "
            + other;
  }

  @Override
  public String toString() {
    return os + "/" + architecture;
  }
}
