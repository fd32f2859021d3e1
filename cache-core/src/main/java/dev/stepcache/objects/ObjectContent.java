package dev.stepcache.objects;

/**
 * A small object.
 *
 * @param version of these bytes, as in {@link ObjectState}
 */
public record ObjectContent(byte[] bytes, String version) {}
