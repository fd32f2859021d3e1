package dev.stepcache.gcs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.BucketContract;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A bucket in fake-gcs-server. */
@org.junit.jupiter.api.Tag("program")
@EnabledIf("dev.stepcache.gcs.GoogleEmulator#available")
class GoogleEmulatorBucketTest extends BucketContract {
  private static final int PART = 256 << 10;

  @TempDir Path folder;
  private Optional<GoogleEmulator> emulator = Optional.empty();

  @AfterEach
  void stop() {
    emulator.ifPresent(GoogleEmulator::close);
  }

  @Override
  protected Bucket open() throws IOException {
    emulator = Optional.of(GoogleEmulator.open(folder, "contract"));
    assumeTrue(
        emulator.get().looksAtConditions("contract"),
        "not run: this fake-gcs-server is an old one, that writes whatever the condition");
    return bucket(emulator.get().host());
  }

  /** One that sends small parts. */
  static Bucket bucket(String host) throws StoreException {
    GoogleEndpoint endpoint =
        GoogleEndpoint.of(
            Map.of("STORAGE_EMULATOR_HOST", host), "googleapis.com", false, "open gs://contract");
    return new GoogleBucket(
        "contract",
        endpoint,
        new BucketRequests(
            new Wire(Trust.JDK_ROOTS, false, Proxies.NONE, Limits.STANDARD),
            new Anonymous(),
            new GoogleRefusals("contract"),
            retry -> {}),
        new GoogleBucket.Sizes(PART, PART),
        () -> {});
  }

  @Override
  protected int large() {
    return 2 * PART + 12345;
  }

  @Override
  protected boolean deletesByCondition() {
    return false;
  }
}
