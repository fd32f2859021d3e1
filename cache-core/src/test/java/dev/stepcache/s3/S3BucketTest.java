package dev.stepcache.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.objects.Bucket;
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
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** On a real server of S3. */
@Tag("program")
@EnabledIf("dev.stepcache.s3.MotoServer#available")
class S3BucketTest {
  private static final int PART = 5 << 20;
  private static final String WHAT = "try s3://bucket";

  private static MotoServer server;
  private static int buckets;

  private String name;
  private Bucket bucket;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = MotoServer.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws IOException {
    name = "bucket-" + ++buckets;
    server.create(name);
    bucket = S3Case.connection(server).openInParts(name, PART);
  }

  @AfterEach
  void close() {
    bucket.close();
  }

  private static Payload text(String text) {
    return Payload.of("text/plain", text.getBytes(StandardCharsets.UTF_8));
  }

  private Written put(String object, String text, Condition condition) throws IOException {
    return bucket.put(object, text(text), condition, WHAT);
  }

  private String read(String object) throws IOException {
    return new String(
        bucket.read(object, 1000, WHAT).orElseThrow().bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void anObjectIsReadAsItWasWritten() throws IOException {
    assertThat(put("a/b", "hello", Condition.ABSENT)).isEqualTo(new Written.Done());

    ObjectState state = bucket.head("a/b", WHAT).orElseThrow();
    assertThat(state.size()).isEqualTo(5);
    assertThat(state.name()).isEqualTo("a/b");
    assertThat(state.modified()).isAfter(Instant.EPOCH);
    assertThat(bucket.read("a/b", 5, WHAT).orElseThrow().version()).isEqualTo(state.version());
    assertThat(read("a/b")).isEqualTo("hello");
    try (InputStream in = bucket.open("a/b", 5, WHAT).orElseThrow()) {
      assertThat(in.readAllBytes()).asString().isEqualTo("hello");
    }
    assertThat(server.send("GET", "/" + name + "/a/b", "").headers().firstValue("Content-Type"))
        .hasValue("text/plain");
  }

  @Test
  void whatIsNotThereIsNoTrouble() throws IOException {
    assertThat(bucket.head("none", WHAT)).isEmpty();
    assertThat(bucket.read("none", 10, WHAT)).isEmpty();
    assertThat(bucket.open("none", 10, WHAT)).isEmpty();
    assertThat(bucket.delete("none", Condition.NONE, WHAT)).isEqualTo(new Removed.Done());
    assertThat(bucket.list("", Optional.empty(), WHAT).objects()).isEmpty();
  }

  @Test
  void aBucketThatIsNotThereIsTrouble() throws IOException {
    try (Bucket none = S3Case.connection(server).open("no-such-bucket")) {
      assertThatThrownBy(() -> none.read("a", 10, WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("404 NoSuchBucket")
          .hasMessageContaining("create the bucket");
      assertThatThrownBy(() -> none.head("a", WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("there is no bucket s3://no-such-bucket");
      assertThatThrownBy(() -> none.put("a", text("x"), Condition.ABSENT, WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("NoSuchBucket");
      assertThatThrownBy(() -> none.list("", Optional.empty(), WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("NoSuchBucket");
    }
  }

  @Test
  void aConditionIsHeld() throws IOException {
    put("a", "one", Condition.ABSENT);
    assertThat(put("a", "two", Condition.ABSENT)).isEqualTo(new Written.Conflict());
    String version = bucket.head("a", WHAT).orElseThrow().version();
    assertThat(put("a", "three", new Condition.Unchanged(version))).isEqualTo(new Written.Done());
    assertThat(put("a", "four", new Condition.Unchanged(version)))
        .isEqualTo(new Written.Conflict());
    assertThat(put("gone", "x", new Condition.Unchanged(version)))
        .isEqualTo(new Written.Conflict());
    assertThat(read("a")).isEqualTo("three");
    assertThat(put("a", "five", Condition.NONE)).isEqualTo(new Written.Done());
    assertThat(read("a")).isEqualTo("five");
  }

  @Test
  void aConditionOfADeletionIsHeld() throws IOException {
    put("a", "one", Condition.ABSENT);
    String version = bucket.head("a", WHAT).orElseThrow().version();
    put("a", "two", Condition.NONE);

    assertThat(bucket.delete("a", new Condition.Unchanged(version), WHAT))
        .isEqualTo(new Removed.Conflict());
    assertThat(bucket.delete("a", Condition.ABSENT, WHAT)).isEqualTo(new Removed.Conflict());
    assertThat(read("a")).isEqualTo("two");
    String now = bucket.head("a", WHAT).orElseThrow().version();
    assertThat(bucket.delete("a", new Condition.Unchanged(now), WHAT))
        .isEqualTo(new Removed.Done());
    assertThat(bucket.head("a", WHAT)).isEmpty();
  }

  @Test
  void namesMayHaveAnythingThatUnicodeHas() throws IOException {
    List<String> names = List.of("a b+c", "p/%2F&?#x", "q/ü€😀", "r/<&>\"'", "s/(1)!*~");
    for (String object : names) {
      put(object, object, Condition.ABSENT);
      assertThat(read(object)).isEqualTo(object);
      assertThat(bucket.head(object, WHAT)).isPresent();
    }
    assertThat(bucket.list("", Optional.empty(), WHAT).objects())
        .extracting(ObjectState::name)
        .containsExactlyInAnyOrderElementsOf(names);
    assertThat(bucket.list("p/", Optional.empty(), WHAT).objects())
        .extracting(ObjectState::name)
        .containsExactly("p/%2F&?#x");
  }

  @Test
  void aLongListComesInPages() throws Exception {
    List<Future<?>> writes = new ArrayList<>();
    try (ExecutorService four = Executors.newFixedThreadPool(4)) {
      for (int number = 0; number < 1_010; number++) {
        String object = "many/%04d".formatted(number);
        writes.add(four.submit(() -> put(object, "x", Condition.NONE)));
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
  void anObjectThatIsTooLargeToBeReadWholeIsRefused() throws IOException {
    put("a", "hello", Condition.ABSENT);

    assertThatThrownBy(() -> bucket.read("a", 4, WHAT))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("larger than 4 bytes");
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

  private String unfinished() throws IOException {
    return server.send("GET", "/" + name + "?uploads", "").body();
  }

  @Test
  void encryptionAndChecksumAreAskedFor() throws IOException {
    Map<String, String> parameters =
        Map.of(
            "ssetype", "aws:kms",
            "kmskeyid", "arn:aws:kms:us-east-1:1234:key/k",
            "request_checksum_calculation", "when_supported");
    try (Bucket encrypted = S3Case.connection(server.endpoint(), parameters).open(name)) {
      encrypted.put("a", text("hello"), Condition.ABSENT, WHAT);
    }

    var headers = server.send("HEAD", "/" + name + "/a", "").headers();
    assertThat(headers.firstValue("x-amz-server-side-encryption")).hasValue("aws:kms");
    assertThat(headers.firstValue("x-amz-server-side-encryption-aws-kms-key-id"))
        .hasValue("arn:aws:kms:us-east-1:1234:key/k");
  }

  @Test
  void ofEightWritersOfOneNameOneWins() throws Exception {
    List<Future<Written>> writes = new ArrayList<>();
    try (ExecutorService eight = Executors.newFixedThreadPool(8)) {
      for (int number = 0; number < 8; number++) {
        String text = "writer " + number;
        writes.add(eight.submit(() -> put("a", text, Condition.ABSENT)));
      }
    }
    int done = 0;
    for (Future<Written> write : writes) {
      done += write.get() instanceof Written.Done ? 1 : 0;
    }
    assertThat(done).isEqualTo(1);
  }

  @Test
  void whoSignsNothingReadsWhatIsPublic() throws IOException {
    put("a", "hello", Condition.ABSENT);
    put("b", "hello", Condition.ABSENT);
    server.send("PUT", "/" + name + "/a?acl", "", "x-amz-acl", "public-read");
    try (Bucket anonymous =
        S3Case.connection(server.endpoint(), Map.of("anonymous", "true")).open(name)) {
      assertThat(anonymous.head("a", WHAT)).isPresent();
      assertThatThrownBy(() -> anonymous.head("b", WHAT))
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageEndingWith("asked as nobody (anonymous)");
    }
  }
}
