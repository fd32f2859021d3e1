package dev.stepcache.objects;

import static dev.stepcache.objects.StoredImages.save;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Tag;
import dev.stepcache.store.TagTimes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Since when the tags of a bucket name what they name. */
class ObjectTagTimesTest {
  private static final Tag KEY = new Tag("key");
  private static final Tag LATEST = new Tag("latest");

  private final MemoryBucket bucket = new MemoryBucket();
  private final ObjectStore store = ObjectStores.of(bucket, "folder");

  @Test
  void areThoseAtWhichTheyWerePut() throws IOException {
    save(store, KEY, "a");
    bucket.pass(Duration.ofDays(3));
    save(store, LATEST, "a");
    bucket.pass(Duration.ofDays(2));

    Map<Tag, Instant> times = store.offers(TagTimes.class).orElseThrow().tagTimes();

    assertThat(times).containsOnlyKeys(KEY, LATEST);
    assertThat(Duration.between(times.get(KEY), times.get(LATEST))).isEqualTo(Duration.ofDays(3));
  }

  @Test
  void areNoneWhereThereIsNothing() throws IOException {
    assertThat(store.tagTimes()).isEmpty();
  }
}
