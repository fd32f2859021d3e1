/**
 * Buckets of Amazon S3, and of what speaks its protocol: addresses, signatures, answers, uploads in
 * parts. Knows nothing of caches, nor of where credentials come from, which is in {@code auth}.
 */
@NullMarked
package dev.stepcache.s3;

import org.jspecify.annotations.NullMarked;
