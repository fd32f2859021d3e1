/**
 * Single HTTP exchanges: connections, whom to trust, proxies, limits on silence, and URLs that a
 * registry may not send us to. Knows nothing of registries' requests, logins or retries.
 */
@NullMarked
package dev.stepcache.http;

import org.jspecify.annotations.NullMarked;
