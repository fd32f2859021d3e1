package dev.stepcache.key;

import dev.stepcache.text.Printable;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One component of a pattern: {@code *}, {@code ?}, {@code [a-z]}, {@code [!a]}, {@code {a,b}}, and
 * a backslash before a character that is meant as it is.
 *
 * @param literal the one name that it matches, where it has no wildcard
 */
record GlobName(Pattern form, Optional<String> literal) {
  static GlobName parse(String whole, String component) {
    StringBuilder regex = new StringBuilder();
    StringBuilder literal = new StringBuilder();
    boolean wild = false;
    int braces = 0;
    for (int at = 0; at < component.length(); at++) {
      char c = component.charAt(at);
      wild |= "*?[{".indexOf(c) >= 0;
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '[' -> {
          int end = component.indexOf(']', at + (negated(component, at) ? 3 : 2));
          if (end < 0) {
            throw wrong(whole, "has a '[' without its ']'");
          }
          regex.append(set(component, at, end));
          at = end;
        }
        case '{' -> {
          braces++;
          regex.append("(?:");
        }
        case '}' -> {
          if (braces == 0) {
            throw wrong(whole, "has a '}' without its '{'");
          }
          braces--;
          regex.append(')');
        }
        case ',' -> {
          regex.append(braces > 0 ? '|' : ',');
          literal.append(c);
        }
        case '\\' -> {
          at++;
          if (at == component.length()) {
            throw wrong(whole, "has a '\\' with nothing after it");
          }
          append(regex, component.charAt(at));
          literal.append(component.charAt(at));
        }
        default -> {
          append(regex, c);
          literal.append(c);
        }
      }
    }
    if (braces > 0) {
      throw wrong(whole, "has a '{' without its '}' before the next '/'");
    }
    try {
      return new GlobName(
          Pattern.compile(regex.toString().replaceAll("(?:\\.\\*)+", ".*"), Pattern.DOTALL),
          wild ? Optional.empty() : Optional.of(literal.toString()));
    } catch (PatternSyntaxException e) {
      throw wrong(whole, "has a set in brackets that is none");
    }
  }

  boolean matches(String name) {
    return literal.isPresent() ? literal.get().equals(name) : form.matcher(name).matches();
  }

  boolean isExactly(String name) {
    return literal.isPresent() && literal.get().equals(name);
  }

  private static boolean negated(String component, int at) {
    return component.startsWith("!", at + 1) || component.startsWith("^", at + 1);
  }

  private static String set(String component, int open, int close) {
    boolean negated = negated(component, open);
    StringBuilder set = new StringBuilder(negated ? "[^" : "[");
    for (int at = open + (negated ? 2 : 1); at < close; at++) {
      char c = component.charAt(at);
      if ("[]\\&^".indexOf(c) >= 0) {
        set.append('\\');
      }
      set.append(c);
    }
    return set.append(']').toString();
  }

  private static void append(StringBuilder regex, char c) {
    if ("\\^$.|?*+()[]{}".indexOf(c) >= 0) {
      regex.append('\\');
    }
    regex.append(c);
  }

  static IllegalArgumentException wrong(String pattern, String what) {
    return new IllegalArgumentException("the pattern '" + Printable.name(pattern) + "' " + what);
  }
}
