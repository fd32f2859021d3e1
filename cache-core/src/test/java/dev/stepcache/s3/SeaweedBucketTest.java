package dev.stepcache.s3;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.objects.Bucket;
import dev.stepcache.s3.auth.AwsEnvironment;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A bucket in SeaweedFS, which verifies each signature. */
@Tag("program")
class SeaweedBucketTest extends S3BucketContract {
  @RegisterExtension static final SharedS3 SEAWEED = SharedS3.seaweed();

  @Override
  SharedS3 shared() {
    return SEAWEED;
  }

  /** It lists {@code a//} as what is below {@code a/}, and refuses dots. */
  @Override
  protected Stream<String> names() {
    return super.names().filter(name -> !name.contains("//") && !name.contains("/../"));
  }

  @Test
  void whoHasAnotherSecretIsRefused() throws IOException {
    S3Connection connection =
        new S3Connection(
            Map.of("endpoint", server().endpoint()),
            new AwsEnvironment(
                Map.of(
                    "AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", "another"),
                Optional.empty(),
                Optional.empty()),
            Trust.JDK_ROOTS,
            true,
            Proxies.NONE,
            retry -> {});
    try (Bucket refused = connection.open(name())) {
      assertThatThrownBy(() -> refused.read("a", 10, WHAT))
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageContaining("SignatureDoesNotMatch");
    }
  }
}
