/**
 * A restore that is all or nothing: staged inside the cache path, journalled, and moved in by
 * renames. What a killed one left is rolled back, file by file, where nobody has touched it since.
 *
 * <pre>
 *   hold the lock -> stage files beside -> verified -> commit: journal, rename, rename, ... -> finished
 *        |                                                  |
 *        +-- recovery: rolls back the journal that a killed commit left
 * </pre>
 *
 * Knows nothing of archives, images or Tekton.
 */
@NullMarked
package dev.stepcache.restore;

import org.jspecify.annotations.NullMarked;
