package dev.stepcache.key;

import java.util.regex.Pattern;

/**
 * A file that went into a key.
 *
 * @param name relative to the working directory, components joined by '/'
 * @param length in bytes
 * @param sha256 of its content, 64 lower-case hex digits
 */
public record LockFile(String name, long length, String sha256) {
  static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public LockFile {
    if (name.isEmpty() || length < 0 || !SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException("no lock file has this name, length or SHA-256");
    }
  }
}
