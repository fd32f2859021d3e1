/**
 * A cache path read into a tree: one sorted walk, and a second look at what changed meanwhile.
 * Tells what ctimes are worth on a file system. Changes nothing but files of its own.
 */
@NullMarked
package dev.stepcache.scan;

import org.jspecify.annotations.NullMarked;
