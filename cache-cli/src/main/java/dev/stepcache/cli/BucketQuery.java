package dev.stepcache.cli;

import dev.stepcache.connect.BucketSettings;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What stands behind a bucket's URL, as it is written on a command line. */
public final class BucketQuery implements ITypeConverter<BucketQuery.Parameters> {
  /** By their names. */
  public record Parameters(Map<String, String> values) {
    public Parameters {
      values = Map.copyOf(values);
    }
  }

  @Override
  public Parameters convert(String text) {
    try {
      return new Parameters(BucketSettings.parameters(text));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage() + "; wants such as ?region=eu-west-1");
    }
  }
}
