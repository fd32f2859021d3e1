package dev.stepcache.tree;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The name of an entry relative to its cache path: components joined by '/', which can neither
 * leave the cache path nor name it. Names are bytes that are valid UTF-8; they are ordered by their
 * bytes. Names at and below {@code .stepcache} at the root are legal here; who scans or restores a
 * tree keeps them out.
 */
public record EntryName(String value) implements Comparable<EntryName> {
  /** NAME_MAX of Linux, in bytes. */
  public static final int LONGEST_COMPONENT = 255;

  /** A bound on what a tar can make us hold for one name; PATH_MAX of Linux, in bytes. */
  public static final int LONGEST = 4096;

  public EntryName {
    int length = 0;
    int size = 0;
    int start = 0;
    for (int at = 0; at <= value.length(); at++) {
      char c = at < value.length() ? value.charAt(at) : '/';
      if (c == '/') {
        if (size == 0 || size > LONGEST_COMPONENT || (size <= 2 && isDots(value, start, at))) {
          throw new IllegalNameException(value);
        }
        length += size + 1;
        size = 0;
        start = at + 1;
      } else if (c == 0) {
        throw new IllegalNameException(value);
      } else if (c < 0x80) {
        size++;
      } else if (c < 0x800) {
        size += 2;
      } else if (!Character.isSurrogate(c)) {
        size += 3;
      } else if (Character.isHighSurrogate(c)
          && at + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(at + 1))) {
        size += 4;
        at++;
      } else {
        // A lone surrogate, which no UTF-8 can hold.
        throw new IllegalNameException(value);
      }
    }
    if (length - 1 > LONGEST) {
      throw new IllegalNameException(value);
    }
  }

  private static boolean isDots(String text, int from, int to) {
    return text.charAt(from) == '.' && (to - from == 1 || text.charAt(from + 1) == '.');
  }

  /** Reads a name's bytes; throws IllegalNameException if they are not UTF-8 or no legal name. */
  public static EntryName of(byte[] utf8) {
    try {
      return new EntryName(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalNameException(new String(utf8, StandardCharsets.ISO_8859_1));
    }
  }

  /** The path of this name below a folder, whatever the locale; Path.of fails under LC_ALL=C. */
  public Path under(Path folder) {
    return folder.resolve(FileNames.path(value));
  }

  /** The name in UTF-8. */
  public byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /** The folder's name; the empty string for an entry at the root. */
  public String parent() {
    return parent(value);
  }

  /** The same of a name, or of a folder above one. */
  public static String parent(String name) {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? "" : name.substring(0, slash);
  }

  /** What follows the last slash. */
  public String lastComponent() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  @Override
  public int compareTo(EntryName other) {
    return compare(value, other.value);
  }

  /**
   * Orders two names by their UTF-8 bytes: that is by code points, which String's own order, by
   * UTF-16 units, differs from where surrogates meet characters above them.
   */
  public static int compare(String left, String right) {
    int order = compareCommon(left, right);
    return order != 0 ? order : left.length() - right.length();
  }

  /** The same of two names in one folder, those of folders as if they ended in '/'. */
  public static int compare(String left, boolean leftFolder, String right, boolean rightFolder) {
    int order = compareCommon(left, right);
    if (order != 0 || left.length() == right.length()) {
      return order;
    }
    return left.length() < right.length()
        ? (leftFolder ? '/' : 0) - right.charAt(left.length())
        : left.charAt(right.length()) - (rightFolder ? '/' : 0);
  }

  private static int compareCommon(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int at = 0; at < length; at++) {
      char a = left.charAt(at);
      char b = right.charAt(at);
      if (a != b) {
        boolean surrogateA = Character.isSurrogate(a);
        return surrogateA == Character.isSurrogate(b) ? a - b : surrogateA ? 1 : -1;
      }
    }
    return 0;
  }

  @Override
  public String toString() {
    return value;
  }
}
