package dev.stepcache.journal;

import dev.stepcache.tree.EntryName;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One line of a commit's journal: something that is about to be done, with what undoes it. */
public sealed interface JournalEntry {
  /** The name at the cache path; "" is the cache path itself. */
  String name();

  /** The entries of a folder that was there are about to change. */
  record Merge(int mode, long mtime, String name) implements JournalEntry {}

  /**
   * What has the name is about to be moved to {@code displaced/<number>}.
   *
   * @param mode its permissions
   */
  record Displace(int number, int mode, String name) implements JournalEntry {}

  /** What was staged under the name is about to be moved in. */
  record Place(String name) implements JournalEntry {}

  /** A folder that was staged is about to get its mode and time. */
  record Finish(String name) implements JournalEntry {}

  /**
   * All before is about to be undone.
   *
   * @param life the last sign of life of whoever wrote all before: a time of the file system, in
   *     nanoseconds since 1970
   * @param begin when undoing began, by the same clock and in the same unit
   */
  record Undo(long life, long begin) implements JournalEntry {
    @Override
    public String name() {
      return "";
    }
  }

  /** The line, without its end. */
  default String line() {
    return switch (this) {
      case Merge(int mode, long mtime, String name) ->
          "merge " + Integer.toOctalString(mode) + ' ' + mtime + ' ' + escape(name);
      case Displace(int number, int mode, String name) ->
          "displace " + number + ' ' + Integer.toOctalString(mode) + ' ' + escape(name);
      case Place(String name) -> "place " + escape(name);
      case Finish(String name) -> "finish " + escape(name);
      case Undo(long life, long begin) -> "undo " + life + ' ' + begin;
    };
  }

  /** Reads a line; empty for one that we cannot have written. */
  static Optional<JournalEntry> parse(String line) {
    String[] parts = line.split(" ", -1);
    try {
      return switch (parts[0] + parts.length) {
        case "merge4" ->
            Optional.of(
                new Merge(
                    Integer.parseInt(parts[1], 8) & 07777,
                    Long.parseLong(parts[2]),
                    unescapedName(parts[3])));
        case "displace4" ->
            Optional.of(
                new Displace(
                    Integer.parseUnsignedInt(parts[1]),
                    Integer.parseInt(parts[2], 8) & 07777,
                    new EntryName(unescapedName(parts[3])).value()));
        case "place2" -> Optional.of(new Place(new EntryName(unescapedName(parts[1])).value()));
        case "finish2" -> Optional.of(new Finish(new EntryName(unescapedName(parts[1])).value()));
        case "undo3" -> Optional.of(new Undo(Long.parseLong(parts[1]), Long.parseLong(parts[2])));
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static String unescapedName(String escaped) {
    String name = unescape(escaped);
    return name.isEmpty() ? "" : new EntryName(name).value();
  }

  /**
   * The name that {@link #escape} made this of; an index out of bounds, or no number, where it made
   * nothing such.
   */
  static String unescape(String escaped) {
    StringBuilder name = new StringBuilder(escaped.length());
    for (int at = 0; at < escaped.length(); at++) {
      char c = escaped.charAt(at);
      if (c == '%') {
        name.append((char) Integer.parseInt(escaped, at + 1, at + 3, 16));
        at += 2;
      } else {
        name.append(c);
      }
    }
    return name.toString();
  }

  /**
   * A name without blanks and control characters: those, and percent signs, as {@code %} and two
   * hex digits.
   */
  static String escape(String name) {
    StringBuilder escaped = new StringBuilder(name.length());
    for (int at = 0; at < name.length(); at++) {
      char c = name.charAt(at);
      if (c <= ' ' || c == '%') {
        escaped.append(String.format("%%%02x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** The line's bytes with its end. */
  default byte[] bytes() {
    return (line() + '\n').getBytes(StandardCharsets.UTF_8);
  }
}
