/**
 * What a cache looks like as an OCI image, and the version of that format. Knows neither HTTP nor
 * files.
 */
@NullMarked
package dev.stepcache.image;

import org.jspecify.annotations.NullMarked;
