package dev.stepcache.cache;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Mounter;
import dev.stepcache.store.Preflight;
import dev.stepcache.store.Store;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** A store that counts what is asked of it, and fails where a test wants it to. */
public final class FaultyStore implements Store {
  /** Fails, or does not. */
  public interface Fault {
    void at(String operation) throws IOException;
  }

  public final List<String> operations = Collections.synchronizedList(new ArrayList<>());
  public Predicate<Descriptor> flipped = blob -> false;

  /** Which manifests it remembers that its storage lost. */
  public Predicate<Digest> lost = digest -> false;

  public Fault fault = operation -> {};

  /** How many blobs are being read now, and how many bytes of any were. */
  public final AtomicInteger open = new AtomicInteger();

  public final AtomicLong read = new AtomicLong();

  /** Of these nothing is read until whoever reads it is interrupted. */
  public Predicate<Descriptor> stalled = blob -> false;

  /** Whether it takes over whatever blob it is told to. */
  public boolean mountsAll;

  private final Store store;

  public FaultyStore(Store store) {
    this.store = store;
  }

  private void at(String operation) throws IOException {
    operations.add(operation);
    fault.at(operation);
  }

  @Override
  public Lookup lookUp(TagOrDigest selector) throws IOException {
    at("manifest " + selector);
    Lookup answer = store.lookUp(selector);
    return answer.found().filter(found -> lost.test(found.digest())).isPresent()
        ? new Lookup.Absent(Lookup.Why.LOST)
        : answer;
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    at("blob " + blob.digest());
    InputStream in = new Counted(store.blob(blob), stalled.test(blob));
    return flipped.test(blob) ? new Flipped(in) : in;
  }

  @Override
  public boolean has(Descriptor blob) throws IOException {
    at("has " + blob.digest());
    return store.has(blob);
  }

  @Override
  public void upload(Descriptor blob, BlobSource source) throws IOException {
    at("upload " + blob.digest());
    store.upload(blob, source);
  }

  @Override
  public <T> Optional<T> offers(Class<T> capability) {
    Optional<T> offered = store.offers(capability);
    if (capability == Mounter.class && (mountsAll || offered.isPresent())) {
      Mounter mounter =
          (blob, from) -> {
            at("mount " + blob.digest());
            return mountsAll || store.offers(Mounter.class).orElseThrow().mount(blob, from);
          };
      return Optional.of(capability.cast(mounter));
    }
    if (capability == Preflight.class) {
      return offered.map(preflight ->
          capability.cast(
              (Preflight)
                  seen -> {
                    at("readiness");
                    return ((Preflight) preflight).readiness(seen);
                  }));
    }
    return offered;
  }

  @Override
  public void put(Tag tag, MediaType mediaType, byte[] manifest) throws IOException {
    at("put " + tag);
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

  /** A few KiB at a time; as of a connection that comes alive again, no interrupt ends a read. */
  private final class Counted extends FilterInputStream {
    private final boolean stalled;
    private boolean closed;

    Counted(InputStream in, boolean stalled) {
      super(in);
      this.stalled = stalled;
      open.incrementAndGet();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (stalled) {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      int count = super.read(bytes, offset, Math.min(length, 1 << 13));
      read.addAndGet(Math.max(0, count));
      return count;
    }

    @Override
    public void close() throws IOException {
      super.close();
      if (!closed) {
        closed = true;
        open.decrementAndGet();
      }
    }
  }

  /** One bit of the last byte of the first piece is another. */
  private static final class Flipped extends FilterInputStream {
    private boolean done;

    Flipped(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      if (count > 0 && !done) {
        done = true;
        bytes[offset + count - 1] ^= 1;
      }
      return count;
    }
  }
}
