package dev.stepcache.cache;

import dev.stepcache.key.Excludes;
import dev.stepcache.usage.Pruning;

/**
 * What of a cache path may be saved.
 *
 * @param largest the most bytes of files; what is larger could not be restored
 * @param includeSecrets whether files with the names of credentials are saved like any other
 * @param skipUnreadable whether what cannot be read, or keeps changing, is left out; else nothing
 *     is saved then, since a hole would come back for ever
 * @param excludes what is not even looked at
 * @param referencedBlobsOnly whether blobs of OCI image layouts are left out that their index does
 *     not lead to
 * @param pruning what is left out for not being used
 */
public record SaveRules(
    long largest,
    boolean includeSecrets,
    boolean skipUnreadable,
    Excludes excludes,
    boolean referencedBlobsOnly,
    Pruning pruning) {
  /** The rules where nothing is left out for not being used. */
  public SaveRules(
      long largest,
      boolean includeSecrets,
      boolean skipUnreadable,
      Excludes excludes,
      boolean referencedBlobsOnly) {
    this(largest, includeSecrets, skipUnreadable, excludes, referencedBlobsOnly, Pruning.NONE);
  }

  /** The same with another way to leave out what was not used. */
  public SaveRules with(Pruning other) {
    return new SaveRules(
        largest, includeSecrets, skipUnreadable, excludes, referencedBlobsOnly, other);
  }

  /** The rules where nothing is excluded. */
  public SaveRules(long largest, boolean includeSecrets, boolean skipUnreadable) {
    this(largest, includeSecrets, skipUnreadable, Excludes.NONE, false, Pruning.NONE);
  }

  /** All of so many bytes at most, but for files with the names of credentials. */
  public static SaveRules upTo(long largest) {
    return new SaveRules(largest, false, false);
  }
}
