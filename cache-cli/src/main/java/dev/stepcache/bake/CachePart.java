package dev.stepcache.bake;

import dev.stepcache.text.Printable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A cache that goes into an image.
 *
 * @param reference of the cache, in which {@code {{os}}} and {@code {{arch}}} stand for the
 *     platform
 * @param paths where each of its paths goes, by its name; empty for a cache that has named paths,
 *     each of which goes to {@code /<name>}. The one path of a cache without names has the name ""
 */
public record CachePart(String reference, SequencedMap<String, InnerPath> paths) {
  public CachePart {
    paths = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(paths));
  }

  /**
   * Reads {@code REFERENCE}, {@code REFERENCE=/PATH} or {@code REFERENCE=NAME:/PATH,NAME:/PATH};
   * throws IllegalArgumentException that says what is wrong.
   */
  public static CachePart parse(String text) {
    int sign = text.lastIndexOf('=');
    SequencedMap<String, InnerPath> paths = new LinkedHashMap<>();
    if (sign < 0) {
      return new CachePart(reference(text, text), paths);
    }
    for (String path : text.substring(sign + 1).split(",", -1)) {
      int colon = path.startsWith("/") ? -1 : path.indexOf(':');
      String name = colon < 0 ? "" : path.substring(0, colon);
      InnerPath there = InnerPath.parse(path.substring(colon + 1));
      if (there.isMountedOver()) {
        throw new IllegalArgumentException(
            "'" + there + "' is hidden when an image runs: choose another path");
      }
      if (!there.isRoot() && there.isOfTheSystem()) {
        throw new IllegalArgumentException(
            "'" + there + "' is a folder of the system: choose a path of the cache's own");
      }
      if (paths.put(name, there) != null) {
        throw new IllegalArgumentException(
            "'"
                + Printable.of(text)
                + "' gives "
                + (name.isEmpty() ? "one cache" : name)
                + " two paths");
      }
    }
    if (paths.containsKey("") && paths.size() > 1) {
      throw new IllegalArgumentException(
          "'" + Printable.of(text) + "': wants REFERENCE=NAME:/PATH,NAME:/PATH");
    }
    return new CachePart(reference(text.substring(0, sign), text), paths);
  }

  private static String reference(String reference, String text) {
    if (reference.isEmpty()) {
      throw new IllegalArgumentException(
          "'" + Printable.of(text) + "' names no cache: wants REFERENCE=/PATH");
    }
    return PlatformReferences.check(reference);
  }
}
