/**
 * Buckets of Google Cloud Storage: its JSON API, and where an account of Google's comes from. Knows
 * nothing of what the objects mean.
 */
@NullMarked
package dev.stepcache.gcs;

import org.jspecify.annotations.NullMarked;
