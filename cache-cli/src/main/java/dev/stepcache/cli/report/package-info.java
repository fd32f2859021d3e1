/**
 * The caches of a repository as one page for a browser, which needs nothing else: no network, no
 * script. Knows what a listing found; knows no stores.
 */
@NullMarked
package dev.stepcache.cli.report;

import org.jspecify.annotations.NullMarked;
