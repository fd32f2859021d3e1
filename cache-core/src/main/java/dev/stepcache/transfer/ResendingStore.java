package dev.stepcache.transfer;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Mounter;
import dev.stepcache.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;

/**
 * A store that said to have blobs which it lacks, as one may whose collection of garbage is under
 * way: its word on them counts for nothing, so they are sent again.
 *
 * @param lost those that it named; if it named none, it is not believed at all
 */
public record ResendingStore(Store store, Set<Digest> lost) implements Store {
  public ResendingStore {
    lost = Set.copyOf(lost);
  }

  @Override
  public boolean has(Descriptor blob) throws IOException {
    return !lost.isEmpty() && !lost.contains(blob.digest()) && store.has(blob);
  }

  @Override
  public boolean lacks(Descriptor blob) throws IOException {
    return lost.isEmpty() || lost.contains(blob.digest()) || store.lacks(blob);
  }

  @Override
  public Lookup lookUp(TagOrDigest selector) throws IOException {
    return store.lookUp(selector);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return store.blob(blob);
  }

  @Override
  public boolean readsOnce(Descriptor blob) {
    return store.readsOnce(blob);
  }

  @Override
  public void upload(Descriptor blob, BlobSource source) throws IOException {
    store.upload(blob, source);
  }

  @Override
  public <T> Optional<T> offers(Class<T> capability) {
    if (capability != Mounter.class) {
      return store.offers(capability);
    }
    return store
        .offers(Mounter.class)
        .map(mounter ->
            capability.cast(
                (Mounter)
                    (blob, from) ->
                        !lost.isEmpty()
                            && !lost.contains(blob.digest())
                            && mounter.mount(blob, from)));
  }

  @Override
  public void putUntagged(MediaType mediaType, byte[] manifest) throws IOException {
    store.putUntagged(mediaType, manifest);
  }

  @Override
  public void put(Tag tag, MediaType mediaType, byte[] manifest) throws IOException {
    store.put(tag, mediaType, manifest);
  }

  @Override
  public String toString() {
    return store.toString();
  }

  @Override
  public void close() {
    store.close();
  }
}
