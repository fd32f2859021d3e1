package dev.stepcache.cache;

import dev.stepcache.key.Excludes;

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
 */
public record SaveRules(
    long largest,
    boolean includeSecrets,
    boolean skipUnreadable,
    Excludes excludes,
    boolean referencedBlobsOnly) {
  /** The rules where nothing is excluded. */
  public SaveRules(long largest, boolean includeSecrets, boolean skipUnreadable) {
    this(largest, includeSecrets, skipUnreadable, Excludes.NONE, false);
  }
}
