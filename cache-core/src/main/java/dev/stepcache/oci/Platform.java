package dev.stepcache.oci;

import java.util.Locale;

/** An operating system and an architecture, in Go's words as OCI wants them. */
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

  @Override
  public String toString() {
    return os + "/" + architecture;
  }
}
