/**
 * From a reference and a connection's settings to an open store. Knows nothing of params, nor of
 * what a store is used for.
 */
@NullMarked
package dev.stepcache.connect;

import org.jspecify.annotations.NullMarked;
