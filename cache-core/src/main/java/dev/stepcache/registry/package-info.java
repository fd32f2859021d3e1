/**
 * The OCI distribution protocol over HTTP: challenges and tokens, retries, redirects, uploads, TLS,
 * proxies. The only room that opens a connection. Knows nothing of archives, trees or keys.
 */
@NullMarked
package dev.stepcache.registry;

import org.jspecify.annotations.NullMarked;
