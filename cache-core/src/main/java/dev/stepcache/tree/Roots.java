package dev.stepcache.tree;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the names of a tree lie on disk: all below one folder, the cache path; or, of several cache
 * paths, each below that of its first component, which is the cache path's name.
 *
 * @param folders by name, in the order of a tree's folders; {@code ""} is the name of a cache path
 *     that has none, and then is the only one
 */
public record Roots(SortedMap<String, Path> folders) {
  private static final String UNNAMED = "";

  /** Throws IllegalArgumentException for a name that is none; see {@link #isLegal}. */
  public Roots(Map<String, Path> folders) {
    this(ordered(folders));
  }

  public Roots {
    boolean unnamed = folders.size() == 1 && folders.containsKey(UNNAMED);
    if (folders.isEmpty() || !(unnamed || folders.keySet().stream().allMatch(Roots::isLegal))) {
      throw new IllegalArgumentException("no names of cache paths: " + folders.keySet());
    }
    folders = Collections.unmodifiableSortedMap(ordered(folders));
  }

  private static SortedMap<String, Path> ordered(Map<String, Path> folders) {
    SortedMap<String, Path> ordered = new TreeMap<>(Roots::compare);
    ordered.putAll(folders);
    return ordered;
  }

  /** As folders of a tree; names that are none differ as well. */
  private static int compare(String left, String right) {
    int order = EntryName.compare(left, true, right, true);
    return order != 0 ? order : left.length() - right.length();
  }

  /** One cache path without a name. */
  public static Roots of(Path folder) {
    return new Roots(Map.of(UNNAMED, folder));
  }

  /** Whether a cache path may have this name: one component, and none that means more. */
  public static boolean isLegal(String name) {
    if (name.indexOf('/') >= 0 || name.startsWith(".wh.") || name.equals(OwnFolder.NAME)) {
      return false;
    }
    try {
      return !new EntryName(name).value().isEmpty();
    } catch (IllegalNameException e) {
      return false;
    }
  }

  /** The names of the cache paths; empty for one without a name. */
  public List<String> names() {
    return folders.containsKey(UNNAMED) ? List.of() : List.copyOf(folders.keySet());
  }

  /** Where an entry lies. */
  public Path path(EntryName name) {
    Path only = folders.get(UNNAMED);
    if (only != null) {
      return name.under(only);
    }
    Path folder = folders.get(first(name));
    if (folder == null) {
      throw new IllegalArgumentException("below no cache path: " + name);
    }
    return relative(name).under(folder);
  }

  /** An entry's name below its own cache path. */
  public EntryName relative(EntryName name) {
    return folders.containsKey(UNNAMED)
        ? name
        : new EntryName(name.value().substring(name.value().indexOf('/') + 1));
  }

  /** The name of the cache path that an entry lies below, where they have names. */
  public static String first(EntryName name) {
    int slash = name.value().indexOf('/');
    return slash < 0 ? name.value() : name.value().substring(0, slash);
  }
}
