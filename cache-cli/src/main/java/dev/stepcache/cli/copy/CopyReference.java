package dev.stepcache.cli.copy;

import dev.stepcache.cli.References;
import dev.stepcache.store.StoreReference;
import picocli.CommandLine.ITypeConverter;

/**
 * A repository or one cache in it, as it was written.
 *
 * @param named whether a tag or digest was written
 */
record CopyReference(StoreReference reference, boolean named) {
  /** Of a command line. */
  static final class Converter implements ITypeConverter<CopyReference> {
    @Override
    public CopyReference convert(String text) {
      boolean named = References.nameACache(text);
      return new CopyReference(
          named
              ? new References.OfACache().convert(text)
              : new References.OfARepository().convert(text),
          named);
    }
  }

  /** With a tag or digest only where one was written. */
  @Override
  public String toString() {
    String whole = reference.toString();
    return named
        ? whole
        : whole.substring(0, whole.length() - reference.selector().suffix().length());
  }
}
