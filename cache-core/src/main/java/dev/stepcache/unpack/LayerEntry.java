package dev.stepcache.unpack;

import dev.stepcache.format.EntryKind;

/**
 * An entry of a content layer.
 *
 * @param name its real one
 * @param size of a file, in bytes; of anything else 0
 * @param content what it holds, in short: of a file the first 16 bytes of its SHA-256, in hex; of a
 *     link where it leads, empty of a dead one
 * @param live whether it is in the tree of the index that it was read with
 */
public record LayerEntry(String name, EntryKind kind, long size, String content, boolean live) {}
