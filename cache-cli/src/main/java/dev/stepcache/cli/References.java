package dev.stepcache.cli;

import dev.stepcache.store.StoreReference;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** References as they are written on a command line. */
public final class References {
  private References() {}

  /** Of one cache; without tag and digest, of the tag latest. */
  public static final class OfACache implements ITypeConverter<StoreReference> {
    @Override
    public StoreReference convert(String text) {
      try {
        return StoreReference.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Of a whole repository, which has no tag. */
  public static final class OfARepository implements ITypeConverter<StoreReference> {
    @Override
    public StoreReference convert(String text) {
      if (nameACache(text)) {
        StoreReference reference = new OfACache().convert(text);
        throw new TypeConversionException(
            "'" + text + "' names one cache: leave out '" + reference.selector().suffix() + "'");
      }
      try {
        return StoreReference.repository(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Whether a tag or a digest was written. */
  public static boolean nameACache(String text) {
    String last = text.substring(text.lastIndexOf('/') + 1);
    return last.indexOf(':') >= 0 || last.indexOf('@') >= 0;
  }
}
