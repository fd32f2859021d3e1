/**
 * Where AWS credentials come from, in the order of Amazon's own programs, and what is signed with
 * them (Signature Version 4).
 */
@NullMarked
package dev.stepcache.s3.auth;

import org.jspecify.annotations.NullMarked;
