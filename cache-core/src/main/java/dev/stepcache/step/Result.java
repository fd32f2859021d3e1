package dev.stepcache.step;

import java.util.List;

/**
 * A result that a StepAction declares.
 *
 * @param nothing what it holds until there is something to say: never absent, since a result that
 *     is not written reaches the next step as the literal {@code $(...)}
 */
public record Result(String name, String nothing) {
  /** The first is the verdict, and the last to be written. */
  public static final List<Result> OF_FETCH =
      List.of(
          new Result("fetched", "false"),
          new Result("key", ""),
          new Result("matched", ""),
          new Result("reason", ""),
          new Result("digest", ""),
          new Result("ref", ""));

  /** The first is the verdict, and the last to be written. */
  public static final List<Result> OF_UPLOAD =
      List.of(
          new Result("uploaded", "false"),
          new Result("digest", ""),
          new Result("ref", ""),
          new Result("reason", ""));

  /** The variable of the environment that says where the result goes. */
  public String variable() {
    return "RESULT_" + name;
  }
}
