package dev.stepcache.store;

import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of a blob come from; may be opened again for another try. */
@FunctionalInterface
public interface BlobSource {
  /**
   * Opens the whole content from its start; called once for each attempt to send it. Whoever calls
   * it closes what it gives.
   */
  InputStream open() throws IOException;
}
