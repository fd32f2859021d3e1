/**
 * Where caches live: what the stores of one repository can, in small interfaces, the references
 * that name it, and the ways in which it fails. Knows nothing of how any store works.
 */
@NullMarked
package dev.stepcache.store;

import org.jspecify.annotations.NullMarked;
