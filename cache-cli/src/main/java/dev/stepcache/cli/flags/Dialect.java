package dev.stepcache.cli.flags;

import dev.stepcache.step.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the rooms say to people who write params, for people who write options. Only words that
 * stand alone are taken for params: nothing inside a path, a reference or quotes is touched.
 */
public final class Dialect {
  private static final Map<String, String> WORDS =
      Map.of(
          "cache-fetch", "stepcache fetch",
          "cache-upload", "stepcache upload",
          "this step", "this command",
          "the step", "the command",
          "the whole step", "the whole command",
          "this pod", "this job",
          "the same pod", "the same job");

  /** Nothing that is a part of a name, a path or a reference is a word of ours. */
  private static final String BEFORE = "(?<![\\w/.:'@{$-])";

  private static final String AFTER = "(?![\\w/'@}-])(?!\\.\\w)(?!:\\S)";

  private final Map<String, String> words = new HashMap<>(WORDS);
  private final Pattern pattern;

  /**
   * @param parameters whose names are options on the command line
   */
  public Dialect(List<Parameter> parameters) {
    parameters.forEach(
        parameter -> words.put(parameter.name(), StepFlags.option(parameter.name())));
    String names =
        String.join(
            "|",
            words.keySet().stream()
                .sorted((left, right) -> right.length() - left.length())
                .map(Pattern::quote)
                .toList());
    this.pattern = Pattern.compile(BEFORE + "(" + names + ")(?: \"(true|false)\")?" + AFTER);
  }

  /** A sentence of a step, in the words of the command line. */
  public String of(String text) {
    Matcher found = pattern.matcher(text);
    return found.replaceAll(match -> {
      String value = match.group(2);
      String word = words.getOrDefault(match.group(1), match.group(1));
      return Matcher.quoteReplacement(
          value == null || value.equals("true") ? word : word + "=" + value);
    });
  }
}
