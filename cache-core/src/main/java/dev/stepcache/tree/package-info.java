/**
 * What a tree is: names that cannot leave it, those that tools keep credentials under, the cache
 * paths it lies in, entries and views on them, and what our own folder is called. Touches no disk.
 */
@NullMarked
package dev.stepcache.tree;

import org.jspecify.annotations.NullMarked;
