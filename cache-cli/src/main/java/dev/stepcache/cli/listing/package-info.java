/**
 * Which caches a repository has. Knows the tags, and of each image its manifest, its config, and
 * its index where that is small; what it learned by a digest it keeps for the next time.
 */
@NullMarked
package dev.stepcache.cli.listing;

import org.jspecify.annotations.NullMarked;
