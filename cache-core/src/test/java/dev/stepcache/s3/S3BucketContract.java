package dev.stepcache.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.BucketContract;
import dev.stepcache.objects.Condition;
import dev.stepcache.objects.ListedObjects;
import dev.stepcache.objects.ObjectState;
import dev.stepcache.objects.Payload;
import dev.stepcache.objects.Removed;
import dev.stepcache.objects.Written;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a server of S3 promises besides what each bucket does. */
abstract class S3BucketContract extends BucketContract {
  private static final int PART = 5 << 20;

  private String name = "";

  /** Whose buckets these are. */
  abstract SharedS3 shared();

  final S3Server server() {
    return shared().server();
  }

  /** The bucket of the test. */
  final String name() {
    return name;
  }

  @Override
  protected Bucket open() throws IOException {
    name = shared().bucket();
    return S3Case.connection(server()).openInParts(name, PART);
  }

  @Override
  protected int large() {
    return 2 * PART + 12_345;
  }

  private String unfinished() throws IOException {
    return asked("/" + name + "?uploads=");
  }

  private String asked(String path) throws IOException {
    return new String(server().send("GET", path, new byte[0]).body(), StandardCharsets.UTF_8);
  }

  @Test
  void anObjectHasItsType() throws IOException {
    bucket.put("a/b", text("hello"), Condition.ABSENT, WHAT);

    assertThat(
            server()
                .send("GET", "/" + name + "/a/b", new byte[0])
                .headers()
                .firstValue("Content-Type"))
        .hasValue("text/plain");
  }

  @Test
  void whatIsThereIsNotDeletedAsAbsent() throws IOException {
    bucket.put("a", text("hello"), Condition.ABSENT, WHAT);

    assertThat(bucket.delete("a", Condition.ABSENT, WHAT)).isEqualTo(new Removed.Conflict());
    assertThat(bucket.head("a", WHAT)).isPresent();
  }

  @Test
  void aBucketThatIsNotThereIsTrouble() throws IOException {
    try (Bucket none = S3Case.connection(server()).open("no-such-bucket")) {
      assertThatThrownBy(() -> none.read("a", 10, WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("404 NoSuchBucket")
          .hasMessageContaining("create the bucket");
      assertThatThrownBy(() -> none.head("a", WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("there is no bucket s3://no-such-bucket");
      assertThatThrownBy(() -> none.list("", Optional.empty(), WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("NoSuchBucket");
    }
  }

  @Test
  void aLongListComesInPages() throws Exception {
    List<Future<?>> writes = new ArrayList<>();
    try (ExecutorService four = Executors.newFixedThreadPool(4)) {
      for (int number = 0; number < 1_010; number++) {
        String object = "many/%04d".formatted(number);
        writes.add(four.submit(() -> bucket.put(object, text("x"), Condition.NONE, WHAT)));
      }
    }
    for (Future<?> write : writes) {
      write.get();
    }
    ListedObjects first = bucket.list("many/", Optional.empty(), WHAT);
    ListedObjects second = bucket.list("many/", first.next(), WHAT);

    assertThat(first.objects()).hasSize(1_000);
    assertThat(second.next()).isEmpty();
    assertThat(second.objects())
        .extracting(ObjectState::name)
        .hasSize(10)
        .startsWith("many/1000")
        .endsWith("many/1009");
  }

  @Test
  void aLargeObjectIsSentInParts() throws IOException {
    byte[] content = new byte[2 * PART + 12_345];
    new Random(1).nextBytes(content);
    Payload payload = Payload.of("application/octet-stream", content);

    assertThat(bucket.put("large", payload, Condition.ABSENT, WHAT)).isEqualTo(new Written.Done());
    assertThat(bucket.head("large", WHAT).orElseThrow().version()).endsWith("-3\"");
    try (InputStream in = bucket.open("large", content.length, WHAT).orElseThrow()) {
      assertThat(Digest.of(in.readAllBytes())).isEqualTo(payload.digest());
    }
    assertThat(bucket.put("large", payload, Condition.ABSENT, WHAT))
        .isEqualTo(new Written.Conflict());
    assertThat(unfinished()).doesNotContain("<UploadId>");
  }

  @Test
  void anUploadInPartsThatFailsIsAborted() throws IOException {
    byte[] content = new byte[2 * PART];
    Payload liar =
        new Payload(
            Digest.of("other bytes".getBytes(StandardCharsets.UTF_8)),
            content.length,
            "application/octet-stream",
            () -> new ByteArrayInputStream(content));
    Payload broken =
        new Payload(
            Digest.of(content),
            content.length,
            "application/octet-stream",
            () -> new ByteArrayInputStream(content, 0, PART + 10));

    assertThatThrownBy(() -> bucket.put("large", liar, Condition.ABSENT, WHAT))
        .hasMessageContaining("changed meanwhile");
    assertThatThrownBy(() -> bucket.put("large", broken, Condition.ABSENT, WHAT))
        .isInstanceOf(IOException.class);
    assertThat(bucket.head("large", WHAT)).isEmpty();
    assertThat(unfinished()).doesNotContain("<UploadId>");
  }

  @Test
  void anUploadInPartsThatAClosingEndsIsAborted() throws IOException {
    byte[] content = new byte[2 * PART];
    AtomicLong read = new AtomicLong();
    Payload payload =
        new Payload(
            Digest.of(content),
            content.length,
            "application/octet-stream",
            () ->
                new ByteArrayInputStream(content) {
                  @Override
                  public int read(byte[] bytes, int offset, int length) {
                    // Each part is read twice: when the first is there, half of all was read.
                    if (read.getAndAdd(length) > 3L * PART) {
                      bucket.close();
                    }
                    return super.read(bytes, offset, length);
                  }
                });

    assertThatThrownBy(() -> bucket.put("large", payload, Condition.ABSENT, WHAT))
        .isInstanceOf(StoreException.class);
    assertThat(read).hasValueGreaterThan(3L * PART);
    assertThat(unfinished()).doesNotContain("<UploadId>");
  }
}
