package dev.stepcache.cli;

import dev.stepcache.s3.SharedS3;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** prune --baked in a bucket of S3. */
@Tag("program")
class PruneBakedInABucketTest extends PruneBakedContract {
  @RegisterExtension static final SharedS3 SERVER = SharedS3.moto();

  private BucketOfCaches bucket;

  @BeforeEach
  void makeTheBucket() throws IOException {
    bucket = BucketOfCaches.in(SERVER);
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
