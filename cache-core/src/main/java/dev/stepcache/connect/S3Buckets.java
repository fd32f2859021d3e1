package dev.stepcache.connect;

import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.objects.Bucket;
import dev.stepcache.s3.S3Connection;
import dev.stepcache.s3.auth.AwsEnvironment;
import dev.stepcache.store.BucketService;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.util.function.Consumer;

/** Opens buckets of S3. */
record S3Buckets(Connection connection, Consumer<Retry> retries, Consumer<String> notices) {
  Bucket open(String bucket) throws StoreException {
    BucketSettings buckets = connection.buckets();
    return new S3Connection(
            buckets.parametersOf(BucketService.S3),
            new AwsEnvironment(
                connection.environment(), buckets.awsConfig(), buckets.awsCredentials()),
            Trust.of(connection.certificateAuthority(), connection.environment()).telling(notices),
            connection.insecure(),
            Proxies.of(connection.environment()),
            retries)
        .open(bucket);
  }
}
