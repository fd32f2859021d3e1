/** Logging in: challenges, token services, what to send as Authorization. Knows no retries. */
@NullMarked
package dev.stepcache.registry.auth;

import org.jspecify.annotations.NullMarked;
