package dev.stepcache.cli.prune;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times and sizes as they are written on a command line. */
final class Amount {
  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smhdw])");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})(|[kKMGT]i?)B?");

  private static final Map<String, Duration> TIMES =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1),
          "w", Duration.ofDays(7));

  private Amount() {}

  /** {@code 12h}, {@code 30d}, {@code 8w}. */
  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      Matcher time = TIME.matcher(text);
      if (!time.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no time such as 12h, 30d or 8w (s, m, h, d, w)");
      }
      Duration unit = TIMES.getOrDefault(time.group(2), Duration.ZERO);
      return unit.multipliedBy(Long.parseLong(time.group(1)));
    }
  }

  /** {@code 500Mi}, {@code 20Gi}, {@code 20G}, or bytes. */
  static final class Size implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      Matcher size = SIZE.matcher(text);
      if (!size.matches()) {
        throw mistake(text);
      }
      String unit = size.group(2);
      long base = unit.endsWith("i") ? 1024 : 1000;
      long factor = 1;
      for (int power = unit.isEmpty() ? 0 : power(unit.charAt(0)); power > 0; power--) {
        factor *= base;
      }
      try {
        return Math.multiplyExact(Long.parseLong(size.group(1)), factor);
      } catch (ArithmeticException e) {
        throw mistake(text);
      }
    }

    private static int power(char unit) {
      return "kMGT".indexOf(unit == 'K' ? 'k' : unit) + 1;
    }

    private static TypeConversionException mistake(String text) {
      return new TypeConversionException("'" + text + "' is no size such as 500Mi, 20Gi or 20G");
    }
  }
}
