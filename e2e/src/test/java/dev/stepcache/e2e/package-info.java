/**
 * The steps' images, as they are shipped, and the steps as processes where a container would only
 * be slower. Knows the images' files, a Docker engine and the mains, and nothing of how the steps
 * work: what a test says here, a pipeline would see.
 */
@NullMarked
package dev.stepcache.e2e;

import org.jspecify.annotations.NullMarked;
