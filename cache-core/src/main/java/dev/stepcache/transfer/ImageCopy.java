package dev.stepcache.transfer;

import dev.stepcache.io.BulkInputStream;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.VerifyingInputStream;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Mounter;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Copies images from one repository to another, byte for byte: only the blobs that the other lacks,
 * mounted where both lie in one registry, each verified while it is read, and the manifest last. So
 * a copy that is cut off leaves no tag without its blobs, and the next try goes on where it ended.
 * Whether what a tag holds may be replaced is for whoever copies to know.
 *
 * @param from where the images are
 * @param source a reference of {@code from}, whatever its tag: blobs are mounted from there
 * @param to where they go
 * @param threads how many blobs are moved at a time
 * @param progress is told how many bytes more were read, on whatever thread; less than 0 where a
 *     try failed, whose bytes are read again
 */
public record ImageCopy(
    Fetcher from, StoreReference source, Store to, int threads, LongConsumer progress) {

  /**
   * What a copy did.
   *
   * @param digest of the image, which is the same in both
   * @param blobs how many the image has, its config with them
   * @param mounted how many the other repository took over without their bytes
   * @param sent how many were sent
   * @param bytes the sum of the sizes of those
   * @param moved whether the tag was put; else it had this very image before
   */
  public record Copied(
      Digest digest, int blobs, int mounted, int sent, long bytes, boolean moved) {}

  /** How a blob came to where it is wanted. */
  private enum Way {
    THERE,
    MOUNTED,
    SENT
  }

  /**
   * Copies one image to a tag. A tag that has it already is not written, but blobs that its store
   * lost are sent all the same.
   *
   * @param image as {@code from} has it
   * @throws MalformedDocumentException for what is no image, such as an index of several
   * @throws StoreException for a failure of either store, which its message names
   */
  public Copied copy(StoredManifest image, Tag tag) throws IOException {
    List<Descriptor> blobs = blobsOf(ImageReader.manifest(image));
    try {
      return copyTo(to, image, tag, blobs);
    } catch (StoreException.BlobsUnknown e) {
      // Not a third time: it said to have what it lacks.
      return copyTo(new ResendingStore(to, e.blobs()), image, tag, blobs);
    }
  }

  /**
   * What became of blobs that were copied alone.
   *
   * @param mounted how many the other repository took over without their bytes
   * @param sent how many were sent
   * @param bytes the sum of the sizes of those
   */
  public record Moved(int mounted, int sent, long bytes) {}

  /** Copies blobs without the manifest that names them, for one that will. */
  public Moved blobs(List<Descriptor> blobs) throws IOException {
    return moved(blobs, ways(blobs, to));
  }

  private Way[] ways(List<Descriptor> blobs, Store target) throws IOException {
    Way[] ways = new Way[blobs.size()];
    Workers.runEach(ways.length, threads, number -> ways[number] = move(blobs.get(number), target));
    return ways;
  }

  private static Moved moved(List<Descriptor> blobs, Way[] ways) {
    int mounted = 0;
    int sent = 0;
    long bytes = 0;
    for (int number = 0; number < ways.length; number++) {
      mounted += ways[number] == Way.MOUNTED ? 1 : 0;
      if (ways[number] == Way.SENT) {
        sent++;
        bytes += blobs.get(number).size();
      }
    }
    return new Moved(mounted, sent, bytes);
  }

  private Copied copyTo(Store target, StoredManifest image, Tag tag, List<Descriptor> blobs)
      throws IOException {
    Moved moved = moved(blobs, ways(blobs, target));
    boolean moves = !holds(tag, image.digest(), target);
    if (moves) {
      target.put(tag, image.mediaType(), image.content());
    }
    return new Copied(
        image.digest(), blobs.size(), moved.mounted(), moved.sent(), moved.bytes(), moves);
  }

  private static List<Descriptor> blobsOf(Manifest manifest) {
    return Stream.concat(manifest.layers().stream(), Stream.of(manifest.config()))
        .distinct()
        .toList();
  }

  private Way move(Descriptor blob, Store target) throws IOException {
    if (target.has(blob)) {
      return Way.THERE;
    }
    Optional<Mounter> mounter = target.offers(Mounter.class);
    if (mounter.isPresent() && mounter.get().mount(blob, source)) {
      return Way.MOUNTED;
    }
    target.upload(blob, source(blob));
    return Way.SENT;
  }

  /** Each try reads from the first byte: what a try before it read is taken back. */
  private BlobSource source(Descriptor blob) {
    AtomicLong read = new AtomicLong();
    return () -> {
      progress.accept(-read.getAndSet(0));
      return new Counted(new VerifyingInputStream(from.blob(blob), blob), read);
    };
  }

  /** What cannot be known is put. */
  private static boolean holds(Tag tag, Digest digest, Store target) {
    try {
      return target.manifest(tag).filter(there -> there.digest().equals(digest)).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private final class Counted extends BulkInputStream {
    private final InputStream in;
    private final AtomicLong sum;

    Counted(InputStream in, AtomicLong sum) {
      this.in = in;
      this.sum = sum;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      if (count > 0) {
        sum.addAndGet(count);
        progress.accept(count);
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
