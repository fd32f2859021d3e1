package dev.stepcache.cli;

import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** Caches in a bucket of S3. */
@Tag("program")
class InABucketTest extends CommandsContract {
  private BucketOfCaches bucket;

  @BeforeEach
  void start() throws IOException {
    bucket = BucketOfCaches.open(folder);
  }

  @AfterEach
  void stop() {
    bucket.close();
  }

  @Override
  Map<String, String> environment() {
    return bucket.environment(folder);
  }

  @Override
  String repository() {
    return bucket.repository();
  }

  @Override
  void damage(Digest blob) throws IOException {
    bucket.write(blob, flipped(bucket.read(blob)));
  }

  @Override
  void lose(Digest blob) throws IOException {
    bucket.delete(blob);
  }
}
