package dev.stepcache.key;

import dev.stepcache.text.Printable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reference with placeholders: {@code {{hash}}}, {@code {{key}}} and {@code %HASH%} stand for the
 * key, {@code {{os}}} and {@code {{arch}}} for the platform; blanks inside the braces don't count.
 *
 * @param scope for whom what it names is saved: it comes before the key
 */
public record ReferenceTemplate(String text, Optional<Scope> scope) {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{[ \\t]*(?<word>hash|key|os|arch)[ \\t]*\\}\\}|%HASH%");
  private static final Pattern BRACES = Pattern.compile("\\{\\{.*?(?:\\}\\}|$)", Pattern.DOTALL);

  /** One without a scope. */
  public ReferenceTemplate(String text) {
    this(text, Optional.empty());
  }

  /** The same in a scope. */
  public ReferenceTemplate in(Optional<Scope> other) {
    return new ReferenceTemplate(text, other);
  }

  /** Whether a key is needed to fill it. */
  public boolean needsKey() {
    return PLACEHOLDER.matcher(text).results().anyMatch(found -> isKey(found.group("word")));
  }

  /** The first thing in double braces that is no placeholder, if there is one. */
  public Optional<String> unknownPlaceholder() {
    Matcher left = BRACES.matcher(PLACEHOLDER.matcher(text).replaceAll(""));
    return left.find() ? Optional.of(left.group()) : Optional.empty();
  }

  /**
   * The reference with every placeholder filled. Throws IllegalStateException when it needs a key
   * and there is none.
   */
  public String fill(Optional<CacheKey> key, String os, String architecture) {
    if (needsKey() && key.isEmpty()) {
      throw new IllegalStateException("a key is needed to fill " + Printable.name(text));
    }
    return filled(key.map(CacheKey::hex).orElse(""), os, architecture);
  }

  /**
   * The reference with a word in the key's place, such as {@code latest}; empty when it has no
   * place for a key.
   */
  public Optional<String> named(String word, String os, String architecture) {
    return needsKey() ? Optional.of(filled(word, os, architecture)) : Optional.empty();
  }

  private String filled(String value, String os, String architecture) {
    String key = scope.isPresent() && !value.isEmpty() ? scope.get().before(value) : value;
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(found -> {
          String word = found.group("word");
          return Matcher.quoteReplacement(
              isKey(word) ? key : word.equals("os") ? os : architecture);
        });
  }

  /** No word at all is {@code %HASH%}. */
  private static boolean isKey(@Nullable String word) {
    return word == null || word.equals("hash") || word.equals("key");
  }
}
