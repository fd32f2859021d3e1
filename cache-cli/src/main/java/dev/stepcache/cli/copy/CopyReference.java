package dev.stepcache.cli.copy;

import dev.stepcache.cli.References;
import dev.stepcache.store.StoreReference;
import picocli.CommandLine.ITypeConverter;

/**
 * A repository or one cache in it, as it was written.
 *
 * @param named whether a tag or digest was written
 */
record Place(StoreReference reference, boolean named) {
  /** Of a command line. */
  static final class Converter implements ITypeConverter<Place> {
    @Override
    public Place convert(String text) {
      boolean named = References.nameACache(text);
      return new Place(
          named
              ? new References.OfACache().convert(text)
              : new References.OfARepository().convert(text),
          named);
    }
  }
}
