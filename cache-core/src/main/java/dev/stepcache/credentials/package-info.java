/** Where a login comes from: docker config files in all their places. Knows no HTTP, no tokens. */
@NullMarked
package dev.stepcache.credentials;

import org.jspecify.annotations.NullMarked;
