package dev.stepcache.cli;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** prune --baked in a bucket of S3. */
@Tag("program")
class PruneBakedInABucketTest extends PruneBakedContract {
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
}
