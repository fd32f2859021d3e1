/**
 * What a tree is: names that cannot leave it, the cache paths it lies in, entries and views on
 * them, and what our own folder is called. Touches no disk.
 */
@NullMarked
package dev.stepcache.tree;

import org.jspecify.annotations.NullMarked;
