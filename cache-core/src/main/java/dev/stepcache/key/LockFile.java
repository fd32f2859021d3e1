package dev.stepcache.key;

/**
 * A file that went into a key.
 *
 * @param name relative to the working directory, components joined by '/'
 * @param length in bytes
 * @param sha256 of its content, 64 lower-case hex digits
 */
public record LockFile(String name, long length, String sha256) {

  public LockFile {
    if (name.isEmpty() || length < 0 || !CacheKey.isSha256(sha256)) {
      throw new IllegalArgumentException("no lock file has this name, length or SHA-256");
    }
  }
}
