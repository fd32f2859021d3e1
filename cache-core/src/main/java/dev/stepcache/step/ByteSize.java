package dev.stepcache.step;

import java.math.BigInteger;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of bytes as Kubernetes' users write it: {@code 10Gi}, {@code 500M}, {@code 4096}. */
public final class ByteSize {
  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L,
          "k", 1_000L,
          "M", 1_000_000L,
          "G", 1_000_000_000L,
          "T", 1_000_000_000_000L,
          "Ki", 1L << 10,
          "Mi", 1L << 20,
          "Gi", 1L << 30,
          "Ti", 1L << 40);
  private static final Pattern FORM = Pattern.compile("(\\d{1,18})([A-Za-z]{0,2})");

  private ByteSize() {}

  /**
   * @throws UsageException for anything but a positive amount
   */
  public static long read(Parameters parameters, Parameter parameter) {
    String text = parameters.demanded(parameter);
    Matcher form = FORM.matcher(text);
    if (form.matches() && UNITS.containsKey(form.group(2))) {
      BigInteger bytes =
          new BigInteger(form.group(1))
              .multiply(BigInteger.valueOf(Objects.requireNonNull(UNITS.get(form.group(2)))));
      if (bytes.signum() > 0 && bytes.bitLength() < Long.SIZE) {
        return bytes.longValueExact();
      }
    }
    throw parameters.mistake(
        parameter, "'" + text + "' is no amount of bytes: write such as 10Gi, 500Mi or 1000000");
  }
}
