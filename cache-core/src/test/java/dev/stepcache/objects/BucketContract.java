package dev.stepcache.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each bucket promises, whoever keeps it: one that passes can hold a store. */
public abstract class BucketContract {
  protected static final String WHAT = "try s3://bucket/contract";
  private static final String NAME = "cache/blobs/one";

  protected Bucket bucket;

  /** A bucket that holds nothing, and whose account may do all. */
  protected abstract Bucket open() throws IOException;

  /** How many bytes an object has that is sent in several parts. */
  protected abstract int large();

  /** Whether the server looks at conditions where it deletes: some that stand in for one do not. */
  protected boolean deletesByCondition() {
    return true;
  }

  /** Whether nobody comes between the server's look at a condition and its write. */
  protected boolean writesAtOnce() {
    return true;
  }

  /** Names that a URL holds only escaped, or that a file system would not keep as they are. */
  protected Stream<String> names() {
    return Stream.of(
        "a/b c+d",
        "per%cent%2F",
        "what?#[x]&y=z",
        "ü/日本.tar",
        "€😀",
        "<&>\"'",
        "(1)!*~",
        "a//b",
        "x/../y/./z");
  }

  @BeforeEach
  void openTheBucket() throws IOException {
    bucket = open();
  }

  @AfterEach
  void closeTheBucket() {
    bucket.close();
  }

  protected static Payload text(String text) {
    return Payload.of("text/plain", text.getBytes(StandardCharsets.UTF_8));
  }

  private static Payload random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Payload.of("application/octet-stream", bytes);
  }

  private String content(String name) throws IOException {
    return bucket
        .read(name, 1000, WHAT)
        .map(object -> new String(object.bytes(), StandardCharsets.UTF_8))
        .orElse("absent");
  }

  private byte[] opened(String name, long size) throws IOException {
    try (InputStream in = bucket.open(name, size, WHAT).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  @Test
  void whatIsNotThereIsAbsent() throws IOException {
    assertThat(bucket.head(NAME, WHAT)).isEmpty();
    assertThat(bucket.read(NAME, 10, WHAT)).isEmpty();
    assertThat(bucket.open(NAME, 10, WHAT)).isEmpty();
    assertThat(bucket.delete(NAME, Condition.NONE, WHAT)).isInstanceOf(Removed.Done.class);
    assertThat(bucket.list("", Optional.empty(), WHAT).objects()).isEmpty();
  }

  @Test
  void whatIsStoredIsReadAsItWas() throws IOException {
    assertThat(bucket.put(NAME, text("hello"), Condition.NONE, WHAT))
        .isInstanceOf(Written.Done.class);
    ObjectState state = bucket.head(NAME, WHAT).orElseThrow();
    assertThat(state.name()).isEqualTo(NAME);
    assertThat(state.size()).isEqualTo(5);
    assertThat(state.modified())
        .isBetween(
            Instant.now().minus(Duration.ofMinutes(5)), Instant.now().plus(Duration.ofMinutes(5)));
    ObjectContent read = bucket.read(NAME, 5, WHAT).orElseThrow();
    assertThat(new String(read.bytes(), StandardCharsets.UTF_8)).isEqualTo("hello");
    assertThat(read.version()).isEqualTo(state.version());
    assertThat(opened(NAME, 5)).asString(StandardCharsets.UTF_8).isEqualTo("hello");
  }

  @Test
  void anEmptyObjectIsOne() throws IOException {
    bucket.put(NAME, text(""), Condition.ABSENT, WHAT);
    assertThat(bucket.head(NAME, WHAT).orElseThrow().size()).isZero();
    assertThat(content(NAME)).isEmpty();
    assertThat(opened(NAME, 0)).isEmpty();
  }

  @Test
  void whatIsThereIsNotCreatedAgain() throws IOException {
    bucket.put(NAME, text("first"), Condition.ABSENT, WHAT);
    assertThat(bucket.put(NAME, text("second"), Condition.ABSENT, WHAT))
        .isInstanceOf(Written.Conflict.class);
    assertThat(content(NAME)).isEqualTo("first");
  }

  @Test
  void onlyWhatNobodyHasWrittenSinceIsReplaced() throws IOException {
    bucket.put(NAME, text("first"), Condition.NONE, WHAT);
    Condition first = new Condition.Unchanged(bucket.head(NAME, WHAT).orElseThrow().version());
    assertThat(bucket.put(NAME, text("second"), first, WHAT)).isInstanceOf(Written.Done.class);
    assertThat(bucket.put(NAME, text("third"), first, WHAT)).isInstanceOf(Written.Conflict.class);
    assertThat(content(NAME)).isEqualTo("second");
  }

  @Test
  void whatIsGoneIsNotReplacedEither() throws IOException {
    bucket.put(NAME, text("first"), Condition.NONE, WHAT);
    Condition first = new Condition.Unchanged(bucket.head(NAME, WHAT).orElseThrow().version());
    bucket.delete(NAME, Condition.NONE, WHAT);
    assertThat(bucket.put(NAME, text("second"), first, WHAT)).isInstanceOf(Written.Conflict.class);
    assertThat(content(NAME)).isEqualTo("absent");
  }

  @Test
  void namesMayHoldWhatUrlsMayNot() throws IOException {
    for (String name : names().toList()) {
      bucket.put(name, text(name), Condition.ABSENT, WHAT);
      assertThat(content(name)).isEqualTo(name);
      assertThat(bucket.head(name, WHAT).orElseThrow().name()).isEqualTo(name);
      assertThat(bucket.list(name, Optional.empty(), WHAT).objects())
          .extracting(ObjectState::name)
          .containsExactly(name);
    }
  }

  @Test
  void aListHoldsWhatBeginsWithThePrefixInOrder() throws IOException {
    List<String> names = List.of("p/1", "p/10", "p/2", "p/Z", "p/a", "p/é");
    for (String name : names.reversed()) {
      bucket.put(name, text(name), Condition.ABSENT, WHAT);
    }
    bucket.put("q/1", text("other"), Condition.ABSENT, WHAT);
    List<ObjectState> listed = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      ListedObjects page = bucket.list("p/", next, WHAT);
      listed.addAll(page.objects());
      next = page.next();
    } while (next.isPresent());
    assertThat(listed).extracting(ObjectState::name).isEqualTo(names);
    ObjectState last = listed.getLast();
    assertThat(last).isEqualTo(bucket.head(last.name(), WHAT).orElseThrow());
  }

  @Test
  void whatIsDeletedIsGone() throws IOException {
    bucket.put(NAME, text("first"), Condition.NONE, WHAT);
    assertThat(bucket.delete(NAME, Condition.NONE, WHAT)).isInstanceOf(Removed.Done.class);
    assertThat(bucket.head(NAME, WHAT)).isEmpty();
  }

  @Test
  void onlyWhatNobodyHasWrittenSinceIsDeleted() throws IOException {
    Assumptions.assumeTrue(deletesByCondition(), "the server does not look");
    bucket.put(NAME, text("first"), Condition.NONE, WHAT);
    Condition first = new Condition.Unchanged(bucket.head(NAME, WHAT).orElseThrow().version());
    bucket.put(NAME, text("second"), Condition.NONE, WHAT);
    assertThat(bucket.delete(NAME, first, WHAT)).isInstanceOf(Removed.Conflict.class);
    assertThat(content(NAME)).isEqualTo("second");
    Condition second = new Condition.Unchanged(bucket.head(NAME, WHAT).orElseThrow().version());
    assertThat(bucket.delete(NAME, second, WHAT)).isInstanceOf(Removed.Done.class);
    assertThat(content(NAME)).isEqualTo("absent");
  }

  @Test
  void aSmallObjectThatIsLargeIsRefused() throws IOException {
    bucket.put(NAME, text("hello"), Condition.NONE, WHAT);
    assertThatThrownBy(() -> bucket.read(NAME, 4, WHAT))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageStartingWith(WHAT);
  }

  @Test
  void aLargeObjectIsStoredWhole() throws IOException {
    Payload large = random(large());
    assertThat(bucket.put(NAME, large, Condition.ABSENT, WHAT)).isInstanceOf(Written.Done.class);
    assertThat(Digest.of(opened(NAME, large.size()))).isEqualTo(large.digest());
    assertThat(bucket.put(NAME, large, Condition.ABSENT, WHAT))
        .isInstanceOf(Written.Conflict.class);
  }

  @Test
  void wrongBytesAreNotStored() throws IOException {
    for (int size : new int[] {100, large()}) {
      Payload right = random(size);
      byte[] wrong;
      try (InputStream in = right.source().open()) {
        wrong = in.readAllBytes();
      }
      wrong[0]++;
      Payload payload =
          new Payload(
              right.digest(),
              right.size(),
              right.contentType(),
              () -> new ByteArrayInputStream(wrong));
      assertThatThrownBy(() -> bucket.put(NAME, payload, Condition.NONE, WHAT))
          .isInstanceOfAny(BrokenContentException.class, StoreException.Rejected.class);
      assertThat(bucket.head(NAME, WHAT)).isEmpty();
    }
  }

  @Test
  void whatIsCutShortIsNotStored() throws IOException {
    for (int size : new int[] {100, large()}) {
      Payload right = random(size);
      Payload payload =
          new Payload(
              right.digest(),
              right.size(),
              right.contentType(),
              () -> new ByteArrayInputStream(new byte[size - 1]));
      assertThatThrownBy(() -> bucket.put(NAME, payload, Condition.NONE, WHAT))
          .isInstanceOf(IOException.class);
      assertThat(bucket.head(NAME, WHAT)).isEmpty();
    }
  }

  @Test
  void ofManyWhoCreateAnObjectOneDoes() throws Exception {
    try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
      List<Future<Written>> written = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Payload mine = text("writer " + i);
        written.add(writers.submit(() -> bucket.put(NAME, mine, Condition.ABSENT, WHAT)));
      }
      int done = 0;
      for (Future<Written> each : written) {
        done += each.get() instanceof Written.Done ? 1 : 0;
      }
      assertThat(done).isBetween(1, writesAtOnce() ? 1 : 8);
      assertThat(content(NAME)).startsWith("writer ");
    }
  }
}
