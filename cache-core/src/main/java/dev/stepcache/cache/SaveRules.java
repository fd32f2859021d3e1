package dev.stepcache.cache;

/**
 * What of a cache path may be saved.
 *
 * @param largest the most bytes of files; what is larger could not be restored
 * @param includeSecrets whether files with the names of credentials are saved like any other
 * @param skipUnreadable whether what cannot be read, or keeps changing, is left out; else nothing
 *     is saved then, since a hole would come back for ever
 */
public record SaveRules(long largest, boolean includeSecrets, boolean skipUnreadable) {}
