package dev.stepcache.cli;

import dev.stepcache.s3.SharedS3;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** prune in a bucket of moto. */
@Tag("program")
class PruneInABucketTest extends PruneInABucketContract {
  @RegisterExtension static final SharedS3 SERVER = SharedS3.moto();

  @Override
  SharedS3 shared() {
    return SERVER;
  }
}
