package dev.stepcache.store;

import dev.stepcache.oci.Tag;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A store in which another tool may keep a cache as one archive, at the very path that a reference
 * was written as. Nothing says ahead what its bytes are.
 */
@FunctionalInterface
public interface Archives {
  /**
   * What lies there.
   *
   * @param name of the object, with its bucket, for people
   * @param size in bytes
   * @param content throws StoreException only, and goes on by itself where a connection broke
   */
  record Archive(String name, long size, InputStream content) implements Closeable {
    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /** What lies at the path that a reference with this tag was written as, whatever it is. */
  Optional<Archive> archive(Tag tag) throws IOException;
}
