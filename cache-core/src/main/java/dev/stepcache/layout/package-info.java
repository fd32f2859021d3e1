/** A store as an OCI image layout in a folder. Knows no HTTP, no archives, no keys. */
@NullMarked
package dev.stepcache.layout;

import org.jspecify.annotations.NullMarked;
