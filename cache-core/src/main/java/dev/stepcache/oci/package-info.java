/**
 * The values of the OCI image and distribution specifications that stepcache speaks, their JSON,
 * and streams that digest and verify. Knows nothing of files, HTTP, archives or caches.
 */
@NullMarked
package dev.stepcache.oci;

import org.jspecify.annotations.NullMarked;
