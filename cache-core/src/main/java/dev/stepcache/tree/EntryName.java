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
    if (value.isEmpty() || value.charAt(0) == '/' || value.indexOf('\0') >= 0) {
      throw new IllegalNameException(value);
    }
    int length = 0;
    int start = 0;
    for (int at = 0; at <= value.length(); at++) {
      char c = at < value.length() ? value.charAt(at) : '/';
      if (c != '/') {
        continue;
      }
      int size = size(value, start, at);
      boolean dots =
          (at - start == 1 && value.charAt(start) == '.')
              || (at - start == 2 && value.charAt(start) == '.' && value.charAt(start + 1) == '.');
      if (size == 0 || size > LONGEST_COMPONENT || dots) {
        throw new IllegalNameException(value);
      }
      length += size + 1;
      start = at + 1;
    }
    if (length - 1 > LONGEST) {
      throw new IllegalNameException(value);
    }
  }

  /** Bytes in UTF-8; -1 for a lone surrogate, which no UTF-8 can hold. */
  private static int size(String text, int from, int to) {
    int size = 0;
    for (int at = from; at < to; at++) {
      char c = text.charAt(at);
      if (c < 0x80) {
        size++;
      } else if (c < 0x800) {
        size += 2;
      } else if (!Character.isSurrogate(c)) {
        size += 3;
      } else if (Character.isHighSurrogate(c)
          && at + 1 < to
          && Character.isLowSurrogate(text.charAt(at + 1))) {
        size += 4;
        at++;
      } else {
        return 0;
      }
    }
    return size;
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

  /** The place of this name below a folder, whatever the locale; Path.of fails under LC_ALL=C. */
  public Path under(Path folder) {
    return folder.resolve(FileNames.path(value));
  }

  public byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /** The folder's name; the empty string for an entry at the root. */
  public String parent() {
    int slash = value.lastIndexOf('/');
    return slash < 0 ? "" : value.substring(0, slash);
  }

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
    int length = Math.min(left.length(), right.length());
    for (int at = 0; at < length; at++) {
      char a = left.charAt(at);
      char b = right.charAt(at);
      if (a != b) {
        boolean surrogateA = Character.isSurrogate(a);
        return surrogateA == Character.isSurrogate(b) ? a - b : surrogateA ? 1 : -1;
      }
    }
    return left.length() - right.length();
  }

  @Override
  public String toString() {
    return value;
  }
}
