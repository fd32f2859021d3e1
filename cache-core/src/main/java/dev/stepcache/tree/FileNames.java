package dev.stepcache.tree;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Names between text and the JDK's paths, whose text depends on the locale: under LC_ALL=C a Path
 * cannot be made of a non-ASCII string, nor its bytes be had from toString. Its URI has the bytes
 * in any locale.
 */
public final class FileNames {
  /** The longest path, in bytes, that a system call takes: PATH_MAX without its end. */
  public static final int LONGEST_PATH = 4094;

  private static final boolean UTF_8 =
      "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));
  private static final char REPLACEMENT = '\uFFFD';
  private static final String LAST = "x";

  private FileNames() {}

  /** A path's bytes as text, unaltered; empty if they are not UTF-8. */
  public static Optional<String> text(Path path) {
    String text = path.toString();
    boolean exact = UTF_8 ? text.indexOf(REPLACEMENT) < 0 : isAscii(text);
    if (exact) {
      return Optional.of(text);
    }
    return text(bytes(path));
  }

  /** The same of bytes. */
  public static Optional<String> text(byte[] name) {
    for (byte b : name) {
      if (b < 0) {
        return decoded(name);
      }
    }
    return Optional.of(new String(name, StandardCharsets.ISO_8859_1));
  }

  private static Optional<String> decoded(byte[] name) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** A relative or absolute path of a text without lone surrogates and NUL. */
  public static Path path(String text) {
    if (UTF_8 || isAscii(text)) {
      return Path.of(text);
    }
    return exactly(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A relative or absolute path of bytes without a NUL. */
  public static Path path(byte[] name) {
    for (byte b : name) {
      if (b < 0) {
        return exactly(name);
      }
    }
    return Path.of(new String(name, StandardCharsets.ISO_8859_1));
  }

  private static Path exactly(byte[] name) {
    StringBuilder uri = new StringBuilder("file:///");
    for (byte b : name) {
      if (b == '/') {
        uri.append('/');
      } else {
        HexFormat.of().toHexDigits(uri.append('%'), b);
      }
    }
    Path absolute = Path.of(URI.create(uri.toString()));
    return name[0] == '/' ? absolute : Path.of("/").relativize(absolute);
  }

  /** A path whose bytes are no text made fit for people: those beyond ASCII are escaped. */
  public static String shown(Path path) {
    return shown(bytes(path));
  }

  /** The same of bytes. */
  public static String shown(byte[] name) {
    StringBuilder shown = new StringBuilder();
    for (byte b : name) {
      if (b >= ' ' && b != 0x7f) {
        shown.append((char) b);
      } else {
        HexFormat.of().toHexDigits(shown.append("\\x"), b);
      }
    }
    return shown.toString();
  }

  private static boolean isAscii(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** A path's bytes, in any locale. */
  public static byte[] bytes(Path path) {
    // The JDK adds a slash to the URI of a folder: with one more component it is known what is
    // ours.
    String uri = path.resolve(LAST).toUri().getRawPath();
    int end = uri.length() - (uri.endsWith("/") ? 1 : 0) - LAST.length() - 1;
    int start = path.isAbsolute() ? 0 : Path.of("").toUri().getRawPath().length();
    byte[] bytes = new byte[end - start];
    int size = 0;
    for (int at = start; at < end; at++) {
      char c = uri.charAt(at);
      if (c == '%') {
        bytes[size++] = (byte) HexFormat.fromHexDigits(uri, at + 1, at + 3);
        at += 2;
      } else {
        bytes[size++] = (byte) c;
      }
    }
    return Arrays.copyOf(bytes, size);
  }
}
