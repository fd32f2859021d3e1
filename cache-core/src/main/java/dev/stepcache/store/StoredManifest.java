package dev.stepcache.store;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;

/**
 * A manifest as a store has it: its own bytes, which its digest is over, and the type that it was
 * served as.
 */
public record StoredManifest(Digest digest, MediaType mediaType, byte[] content) {}
