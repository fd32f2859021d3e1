/**
 * Requests that are sent again while that makes sense, within a budget that all requests to one
 * store share, and streams that go on where a connection broke. Knows nothing of what is asked for.
 */
@NullMarked
package dev.stepcache.retry;

import org.jspecify.annotations.NullMarked;
