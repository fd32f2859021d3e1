package dev.stepcache.step;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A param of a StepAction, as the code knows it.
 *
 * @param name today's spelling, in capitals
 * @param older the spelling of older pipelines; the two are one param
 * @param fallback what counts when no spelling is given; may be empty. The StepAction's own
 *     defaults are empty, so that a spelling that was given can be told from one that was not.
 * @param fedByResults whether other steps' results feed it, which arrive as the literal {@code
 *     $(...)} when there is none: then it counts as not given
 */
public record Parameter(
    String name, Optional<String> older, Form form, String fallback, boolean fedByResults) {
  private static final String VARIABLE = "PARAM_";
  private static final String SENTINEL = "--@";

  /** What a param holds. */
  public enum Form {
    TEXT,
    FLAG,
    LIST
  }

  /** A text that older pipelines spell otherwise. */
  public static Parameter text(String name, String older) {
    return new Parameter(name, Optional.of(older), Form.TEXT, "", false);
  }

  /** A text of one spelling. */
  public static Parameter text(String name) {
    return new Parameter(name, Optional.empty(), Form.TEXT, "", false);
  }

  /** A flag, false by default, that older pipelines spell otherwise. */
  public static Parameter flag(String name, String older) {
    return new Parameter(name, Optional.of(older), Form.FLAG, "false", false);
  }

  /** A flag, false by default, of one spelling. */
  public static Parameter flag(String name) {
    return new Parameter(name, Optional.empty(), Form.FLAG, "false", false);
  }

  /** A list that older pipelines spell otherwise. */
  public static Parameter list(String name, String older) {
    return new Parameter(name, Optional.of(older), Form.LIST, "", false);
  }

  /** A list of one spelling. */
  public static Parameter list(String name) {
    return new Parameter(name, Optional.empty(), Form.LIST, "", false);
  }

  /** The same, with what counts when no spelling is given. */
  public Parameter fallingBackTo(String value) {
    return new Parameter(name, older, form, value, fedByResults);
  }

  /** The same, of which a literal {@code $(...)} counts as not given. */
  public Parameter thatResultsFeed() {
    return new Parameter(name, older, form, fallback, true);
  }

  /** Both spellings, today's first. */
  public List<String> spellings() {
    return Stream.concat(Stream.of(name), older.stream()).toList();
  }

  /** The variable of the environment that binds a spelling; of a text or flag. */
  public static String variable(String spelling) {
    return VARIABLE + spelling.replace('-', '_');
  }

  /** The arg that comes before the values of a spelling; of a list. */
  public static String sentinel(String spelling) {
    return SENTINEL + spelling;
  }
}
