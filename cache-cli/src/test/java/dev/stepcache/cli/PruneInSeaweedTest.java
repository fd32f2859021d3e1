package dev.stepcache.cli;

import dev.stepcache.s3.SharedS3;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** prune in a bucket of SeaweedFS. */
@Tag("program")
class PruneInSeaweedTest extends PruneInABucketContract {
  @RegisterExtension static final SharedS3 SERVER = SharedS3.seaweed();

  @Override
  SharedS3 shared() {
    return SERVER;
  }
}
