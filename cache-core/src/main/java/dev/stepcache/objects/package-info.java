/**
 * A store over any bucket of an object store: an OCI image layout as objects, in which each tag is
 * an object of its own (docs/format.md, caches in buckets). Knows what every bucket can, and
 * nothing of how any of them is asked.
 */
@NullMarked
package dev.stepcache.objects;

import org.jspecify.annotations.NullMarked;
