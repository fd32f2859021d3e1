package dev.stepcache.connect;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A store that could not even be opened, such as for want of its credentials: each use of it is
 * that failure. For runs that have other stores as well.
 */
record UnopenedStore(String name, StoreException failure) implements Store {
  @Override
  public Lookup lookUp(TagOrDigest selector) throws IOException {
    throw failure;
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    throw failure;
  }

  @Override
  public boolean has(Descriptor blob) throws IOException {
    throw failure;
  }

  @Override
  public void upload(Descriptor blob, BlobSource source) throws IOException {
    throw failure;
  }

  @Override
  public void put(Tag tag, MediaType mediaType, byte[] manifest) throws IOException {
    throw failure;
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {}
}
