/**
 * What a cache is stored under: the patterns that name lock files, the files that they match, the
 * key over them, and the reference template that the key fills. Knows nothing of OCI, stores or
 * archives.
 */
@NullMarked
package dev.stepcache.key;

import org.jspecify.annotations.NullMarked;
