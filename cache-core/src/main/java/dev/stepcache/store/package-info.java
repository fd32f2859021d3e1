/**
 * Where caches live: the interface of one repository of a store, the references that name it, and
 * the ways in which it fails. Knows nothing of how any store works.
 */
@NullMarked
package dev.stepcache.store;

import org.jspecify.annotations.NullMarked;
