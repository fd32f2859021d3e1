package dev.stepcache.store;

import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of a blob come from; may be opened again for another try. */
@FunctionalInterface
public interface BlobSource {
  InputStream open() throws IOException;
}
