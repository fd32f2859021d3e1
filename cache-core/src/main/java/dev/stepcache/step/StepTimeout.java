package dev.stepcache.step;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A duration as Tekton's users write it: {@code 90s}, {@code 10m}, {@code 1h30m}. */
final class StepTimeout {
  private static final Pattern FORM =
      Pattern.compile("(?:(\\d{1,4})h)?(?:(\\d{1,6})m)?(?:(\\d{1,8})s)?");

  private StepTimeout() {}

  static Duration read(Parameters parameters, Parameter parameter) {
    String text = parameters.demanded(parameter);
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      Duration duration =
          Duration.ofHours(number(form.group(1)))
              .plusMinutes(number(form.group(2)))
              .plusSeconds(number(form.group(3)));
      if (duration.isPositive()) {
        return duration;
      }
    }
    throw parameters.mistake(
        parameter, "'" + text + "' is no duration: write such as 90s, 10m or 1h30m");
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
