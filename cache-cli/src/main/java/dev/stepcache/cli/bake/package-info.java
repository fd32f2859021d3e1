/** The command bake: an image of a base, caches and files. */
@NullMarked
package dev.stepcache.cli.bake;

import org.jspecify.annotations.NullMarked;
