package dev.stepcache.cli;

import dev.stepcache.oci.Digest;
import dev.stepcache.s3.SharedS3;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** Caches in a bucket of S3. */
abstract class InABucketContract extends CommandsContract {
  private BucketOfCaches bucket;

  abstract SharedS3 shared();

  @BeforeEach
  void makeTheBucket() throws IOException {
    bucket = BucketOfCaches.in(shared());
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
