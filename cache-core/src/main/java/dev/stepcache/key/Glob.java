package dev.stepcache.key;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern over names below a folder, matched one component at a time while a walk descends: where
 * the pattern stands is a set of its parts, as bits of a long.
 *
 * @param text as the user wrote it
 * @param parts what each component must be
 * @param excludes takes files out instead of in, and whole folders with all below them
 * @param foldersOnly was written with a '/' at its end
 */
record Glob(String text, List<Part> parts, boolean excludes, boolean foldersOnly) {
  private static final int MOST_PARTS = 60;
  private static final String ANY_FOLDERS = "**";

  sealed interface Part {
    /** How many parts on a name leads: to none of them, if it is less than 0. */
    int lead(String name);

    /** No folder, one, or several in a row. */
    record AnyFolders() implements Part {
      @Override
      public int lead(String name) {
        return 0;
      }
    }

    record Name(GlobName name) implements Part {
      @Override
      public int lead(String name) {
        return this.name.matches(name) ? 1 : -1;
      }
    }
  }

  Glob {
    parts = List.copyOf(parts);
  }

  /** Reads a pattern; throws IllegalArgumentException that names it and what is wrong with it. */
  static Glob parse(String text) {
    boolean excludes = text.startsWith("!");
    String path = excludes ? text.substring(1) : text;
    if (path.startsWith("/")) {
      throw GlobName.mistake(text, "is absolute; patterns are relative to the working directory");
    }
    if (excludes && path.endsWith("/**")) {
      path = path.substring(0, path.length() - 2);
    }
    List<Part> parts = new ArrayList<>();
    for (String component : path.split("/", -1)) {
      if (component.equals("..")) {
        throw GlobName.mistake(text, "leaves the working directory by '..'");
      }
      if (component.isEmpty() || component.equals(".")) {
        continue;
      }
      if (component.startsWith(ANY_FOLDERS)) {
        parts.add(new Part.AnyFolders());
        component = component.substring(ANY_FOLDERS.length());
      }
      if (!component.isEmpty()) {
        parts.add(new Part.Name(GlobName.parse(text, component)));
      }
    }
    boolean foldersOnly = path.endsWith("/");
    if (!foldersOnly && !parts.isEmpty() && parts.getLast() instanceof Part.AnyFolders) {
      parts.add(new Part.Name(GlobName.parse(text, "*")));
    }
    if (parts.isEmpty()) {
      throw GlobName.mistake(text, "names nothing");
    }
    if (parts.size() > MOST_PARTS) {
      throw GlobName.mistake(text, "has more than " + MOST_PARTS + " parts");
    }
    return new Glob(text, parts, excludes, foldersOnly);
  }

  /** Where the pattern stands at the root of the walk. */
  long start() {
    return withSkipped(1L);
  }

  /**
   * Where it stands below or at a name, having stood at {@code state} in its folder; 0: nowhere.
   */
  long next(long state, String name) {
    long next = 0;
    for (int at = 0; at < parts.size(); at++) {
      if ((state & (1L << at)) == 0) {
        continue;
      }
      int lead = parts.get(at).lead(name);
      if (lead >= 0) {
        next |= 1L << (at + lead);
      }
    }
    return withSkipped(next);
  }

  /** Whether the name that led here is what the whole pattern says. */
  boolean complete(long state) {
    return (state & (1L << parts.size())) != 0;
  }

  /** Whether anything below the name that led here can still match. */
  boolean open(long state) {
    return (state & ~(1L << parts.size())) != 0;
  }

  /** Whether the pattern begins with this folder, spelled out. */
  boolean beginsWith(List<String> folder) {
    if (parts.size() <= folder.size()) {
      return false;
    }
    for (int at = 0; at < folder.size(); at++) {
      if (!(parts.get(at) instanceof Part.Name(GlobName name)) || !name.isExactly(folder.get(at))) {
        return false;
      }
    }
    return true;
  }

  private long withSkipped(long state) {
    long all = state;
    for (int at = 0; at < parts.size(); at++) {
      if ((all & (1L << at)) != 0 && parts.get(at) instanceof Part.AnyFolders) {
        all |= 1L << (at + 1);
      }
    }
    return all;
  }
}
