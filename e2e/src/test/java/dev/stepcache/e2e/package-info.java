/**
 * The steps' images, as they are shipped. Knows the images' files and a Docker engine, and nothing
 * of how the steps work: what a test says here, a pipeline would see.
 */
@NullMarked
package dev.stepcache.e2e;

import org.jspecify.annotations.NullMarked;
