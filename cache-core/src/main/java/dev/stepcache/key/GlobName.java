package dev.stepcache.key;

import dev.stepcache.text.Printable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * One component of a pattern: {@code *}, {@code ?}, {@code [a-z]}, {@code [!a]}, {@code {a,b}}, and
 * a backslash before a character that is meant as it is.
 *
 * @param literal the one name that it matches, where it has no wildcard
 */
record GlobName(NameMatcher.Matcher form, Optional<String> literal) {
  /** No name has more than 255 bytes; alternatives need some more. */
  private static final int LONGEST = 1024;

  static GlobName parse(String whole, String component) {
    if (component.length() > LONGEST) {
      throw mistake(whole, "has a part of more than " + LONGEST + " characters");
    }
    NameMatcher form = new NameMatcher();
    StringBuilder literal = new StringBuilder();
    boolean wild = false;
    Deque<NameMatcher.Group> groups = new ArrayDeque<>();
    for (int at = 0; at < component.length(); ) {
      int c = component.codePointAt(at);
      at += Character.charCount(c);
      wild |= "*?[{".indexOf(c) >= 0;
      switch (c) {
        case '*' -> form.anySequence();
        case '?' -> form.any();
        case '[' -> {
          int end = component.indexOf(']', at + (negated(component, at) ? 2 : 1));
          if (end < 0) {
            throw mistake(whole, "has a '[' without its ']'");
          }
          form.one(set(whole, component, at, end));
          at = end + 1;
        }
        case '{' -> groups.push(form.new Group());
        case '}' -> {
          if (groups.isEmpty()) {
            throw mistake(whole, "has a '}' without its '{'");
          }
          groups.pop().close();
        }
        case ',' -> {
          if (groups.isEmpty()) {
            literal(form, literal, c);
          } else {
            groups.getFirst().or();
          }
        }
        case '\\' -> {
          if (at == component.length()) {
            throw mistake(whole, "has a '\\' with nothing after it");
          }
          int meant = component.codePointAt(at);
          at += Character.charCount(meant);
          literal(form, literal, meant);
        }
        default -> literal(form, literal, c);
      }
    }
    if (!groups.isEmpty()) {
      throw mistake(whole, "has a '{' without its '}' before the next '/'");
    }
    return new GlobName(form.end(), wild ? Optional.empty() : Optional.of(literal.toString()));
  }

  private static void literal(NameMatcher form, StringBuilder literal, int c) {
    form.one(other -> other == c);
    literal.appendCodePoint(c);
  }

  boolean matches(String name) {
    return literal.isPresent() ? literal.get().equals(name) : form.matches(name);
  }

  boolean isExactly(String name) {
    return literal.isPresent() && literal.get().equals(name);
  }

  private static boolean negated(String component, int at) {
    return component.startsWith("!", at) || component.startsWith("^", at);
  }

  /** The characters between two brackets, with ranges; a '-' at either end is meant as it is. */
  private static IntPredicate set(String whole, String component, int start, int end) {
    boolean negated = negated(component, start);
    int[] set = component.substring(start + (negated ? 1 : 0), end).codePoints().toArray();
    IntPredicate holds = c -> false;
    for (int at = 0; at < set.length; at++) {
      int first = set[at];
      int last = first;
      if (at + 2 < set.length && set[at + 1] == '-') {
        last = set[at + 2];
        at += 2;
      }
      if (last < first) {
        throw mistake(whole, "has a range in brackets that runs backwards");
      }
      int most = last;
      holds = holds.or(c -> first <= c && c <= most);
    }
    return negated ? holds.negate() : holds;
  }

  static IllegalArgumentException mistake(String pattern, String what) {
    return new IllegalArgumentException("the pattern '" + Printable.name(pattern) + "' " + what);
  }
}
