package dev.stepcache.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.cache.FaultyStore;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.MediaType;
import dev.stepcache.s3.FaultyS3;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class WriteThroughFetcherTest {
  private static final int SIZE = 3_000_000;

  /** Longer than any pause of a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path folder;
  private final byte[] content = new byte[SIZE];
  private FaultyStore far;
  private FaultyStore near;
  private Descriptor blob;
  private WriteThroughFetcher kept;

  @BeforeEach
  void storeABlob() throws IOException {
    new Random(1).nextBytes(content);
    far = new FaultyStore(new LayoutStore(folder.resolve("far")));
    near = new FaultyStore(new LayoutStore(folder.resolve("near")));
    blob = Descriptor.of(MediaType.OCI_LAYER_ZSTD, content);
    far.upload(blob, () -> new ByteArrayInputStream(content));
    kept = new WriteThroughFetcher(far, near, PATIENCE);
  }

  private byte[] read() throws IOException {
    try (InputStream in = kept.blob(blob)) {
      return in.readAllBytes();
    } finally {
      kept.awaitWritten();
    }
  }

  @Test
  void leaveInTheNearerStoreWhatWasReadOnce() throws IOException {
    assertThat(read()).isEqualTo(content);

    assertThat(near.has(blob)).isTrue();
    try (InputStream in = near.blob(blob)) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
    assertThat(far.operations).containsOnlyOnce("blob " + blob.digest());
  }

  @Test
  void leaveToACopyWhatANearerBucketWouldReadTwiceAndKeepTheRest() throws IOException {
    byte[] small = {1, 2, 3};
    Descriptor little = Descriptor.of(MediaType.OCI_LAYER_ZSTD, small);
    far.upload(little, () -> new ByteArrayInputStream(small));
    try (FaultyS3 server = new FaultyS3("");
        Store bucket = server.open()) {
      kept = new WriteThroughFetcher(far, bucket, PATIENCE);
      assertThat(read()).isEqualTo(content);
      try (InputStream in = kept.blob(little)) {
        assertThat(in.readAllBytes()).isEqualTo(small);
      }
      kept.awaitWritten();

      assertThat(server.seen()).noneMatch(request -> request.startsWith("POST"));
      assertThat(bucket.has(blob)).isFalse();
      assertThat(bucket.has(little)).isTrue();
    }
  }

  @Test
  void leaveNothingOfWhatWasNotReadToItsEnd() throws IOException {
    try (InputStream in = kept.blob(blob)) {
      assertThat(in.readNBytes(SIZE / 2)).hasSize(SIZE / 2);
    }
    kept.awaitWritten();

    assertThat(near.has(blob)).isFalse();
  }

  @Test
  void leaveNothingThatIsWrong() throws IOException {
    far.flipped = any -> true;

    assertThat(Arrays.equals(read(), content)).isFalse();

    assertThat(near.has(blob)).isFalse();
  }

  @Test
  void sendNothingThatIsThere() throws IOException {
    near.upload(blob, () -> new ByteArrayInputStream(content));
    near.operations.clear();

    assertThat(read()).isEqualTo(content);

    assertThat(near.operations).doesNotContain("upload " + blob.digest());
  }

  @Test
  void areWholeThoughTheNearerStoreTakesNothingAndItIsTriedOnce() throws IOException {
    near.fault =
        operation -> {
          if (operation.startsWith("upload")) {
            throw new StoreException.Rejected("upload: no room is left");
          }
        };

    assertThat(read()).isEqualTo(content);
    assertThat(read()).isEqualTo(content);

    assertThat(near.operations).containsOnlyOnce("upload " + blob.digest());
  }

  @Test
  @Timeout(60)
  void areNotHeldUpByANearerStoreThatSaysNothing() throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    near.fault =
        operation -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          // Nothing may come into the folder that the test takes away.
          throw new IOException("too late");
        };
    kept = new WriteThroughFetcher(far, near, Duration.ofMillis(100));

    assertThat(read()).isEqualTo(content);
    assertThat(read()).isEqualTo(content);

    assertThat(near.operations).as("asked once").hasSize(1);
    never.countDown();
  }
}
