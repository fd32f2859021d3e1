/**
 * Containers of Azure Blob Storage: its REST API, shared keys and shared access signatures, and
 * where an account of Microsoft's comes from. Knows nothing of what the objects mean.
 */
@NullMarked
package dev.stepcache.azure;

import org.jspecify.annotations.NullMarked;
