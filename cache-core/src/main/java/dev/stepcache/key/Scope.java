package dev.stepcache.key;

import dev.stepcache.text.Printable;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For whom a cache is saved: a branch, a pull request, a workflow. It stands in the tag before the
 * key, so that the same key of another scope is another tag (docs/format.md, scopes). It keeps
 * caches apart, and nobody out: whoever may push may push to any scope.
 *
 * @param text as a person wrote it, a branch without {@code refs/heads/}
 * @param name what stands for it in a tag: the text itself, or, where that does not fit, its
 *     beginning with a part of its SHA-256. Two scopes are the same exactly if their names are
 */
public record Scope(String text, String name) {
  /** The longest text, in characters: git's own names are a quarter of that. */
  public static final int LONGEST = 1000;

  private static final String BEGIN = "scope.";
  private static final String END = ".";
  private static final String BRANCH = "refs/heads/";

  private static final Pattern FITS =
      Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,34}[A-Za-z0-9_])?");
  private static final Pattern HASHED = Pattern.compile("[A-Za-z0-9_.-]+\\.[0-9a-f]{20}");
  private static final int HASH_BYTES = 10;
  private static final int BEGINNING = 14;

  private static final String IN_TAG = "(?:^|[^A-Za-z0-9])scope\\.([A-Za-z0-9_][A-Za-z0-9_.-]*)\\.";
  private static final Pattern WITH_KEY = Pattern.compile(IN_TAG + "[0-9a-f]{64}(?![A-Za-z0-9])");
  private static final Pattern WITH_LATEST = Pattern.compile(IN_TAG + "latest(?![A-Za-z0-9])");

  /**
   * The scope of a text, such as {@code main}, {@code pr-42} or {@code refs/heads/main}, which is
   * {@code main} too.
   *
   * @throws IllegalArgumentException for a text that is blank, too long, or was not decoded
   */
  public static Scope of(String text) {
    String stripped = text.strip();
    String branch = stripped.startsWith(BRANCH) ? stripped.substring(BRANCH.length()) : stripped;
    if (branch.isEmpty()) {
      throw new IllegalArgumentException("'" + Printable.name(text) + "' names no scope");
    }
    if (branch.length() > LONGEST) {
      throw new IllegalArgumentException(
          "'" + Printable.name(text) + "' has over " + LONGEST + " characters");
    }
    if (branch.indexOf('\uFFFD') >= 0) {
      throw new IllegalArgumentException(
          "'"
              + Printable.name(text)
              + "' has characters that cannot be told apart here: a name beyond ASCII needs a"
              + " UTF-8 locale (LC_ALL=C.UTF-8)");
    }
    boolean fits = FITS.matcher(branch).matches() && !HASHED.matcher(branch).matches();
    return new Scope(branch, fits ? branch : beginning(branch) + '.' + hash(branch));
  }

  /** What stands for the scope in a tag; empty for a tag without one. */
  public static Optional<String> nameIn(String tag) {
    Matcher key = WITH_KEY.matcher(tag);
    if (key.find()) {
      return Optional.of(key.group(1));
    }
    Matcher latest = WITH_LATEST.matcher(tag);
    return latest.find() ? Optional.of(latest.group(1)) : Optional.empty();
  }

  /** Whether a name stands for a text that did not fit a tag: an image of it says the text. */
  public static boolean isHashed(String name) {
    return HASHED.matcher(name).matches();
  }

  /** Whether the text did not fit a tag. */
  public boolean isHashed() {
    return isHashed(name);
  }

  /**
   * What stands in the key's place.
   *
   * @param key a key's digits, or {@code latest}
   */
  String before(String key) {
    return BEGIN + name + END + key;
  }

  private static String beginning(String text) {
    String fit = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-", "");
    String cut = fit.substring(0, Math.min(BEGINNING, fit.length())).replaceAll("-$", "");
    return cut.isEmpty() ? "x" : cut;
  }

  private static String hash(String text) {
    return KeyDigest.hex(text).substring(0, 2 * HASH_BYTES);
  }
}
