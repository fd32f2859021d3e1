package dev.stepcache.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.Condition;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A bucket in moto. */
@Tag("program")
class S3BucketTest extends S3BucketContract {
  @RegisterExtension static final SharedS3 MOTO = SharedS3.moto();

  @Override
  SharedS3 shared() {
    return MOTO;
  }

  /** moto was seen to create one object for two writers. */
  @Override
  protected boolean writesAtOnce() {
    return false;
  }

  @Test
  void nothingIsWrittenToABucketThatIsNotThere() throws IOException {
    try (Bucket none = S3Case.connection(server()).open("no-such-bucket")) {
      assertThatThrownBy(() -> none.put("a", text("x"), Condition.ABSENT, WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("NoSuchBucket");
    }
  }

  @Test
  void encryptionAndChecksumAreAskedFor() throws IOException {
    Map<String, String> parameters =
        Map.of(
            "ssetype", "aws:kms",
            "kmskeyid", "arn:aws:kms:us-east-1:1234:key/k",
            "request_checksum_calculation", "when_supported");
    try (Bucket encrypted = S3Case.connection(server().endpoint(), parameters).open(name())) {
      encrypted.put("a", text("hello"), Condition.ABSENT, WHAT);
    }

    HttpHeaders headers = server().send("HEAD", "/" + name() + "/a", new byte[0]).headers();
    assertThat(headers.firstValue("x-amz-server-side-encryption")).hasValue("aws:kms");
    assertThat(headers.firstValue("x-amz-server-side-encryption-aws-kms-key-id"))
        .hasValue("arn:aws:kms:us-east-1:1234:key/k");
  }

  @Test
  void whoSignsNothingReadsWhatIsPublic() throws IOException {
    bucket.put("a", text("hello"), Condition.ABSENT, WHAT);
    bucket.put("b", text("hello"), Condition.ABSENT, WHAT);
    server().send("PUT", "/" + name() + "/a?acl=", new byte[0], "x-amz-acl", "public-read");
    try (Bucket anonymous =
        S3Case.connection(server().endpoint(), Map.of("anonymous", "true")).open(name())) {
      assertThat(anonymous.head("a", WHAT)).isPresent();
      assertThatThrownBy(() -> anonymous.head("b", WHAT))
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageEndingWith("asked as nobody (anonymous)");
    }
  }
}
