package dev.stepcache.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.Condition;
import dev.stepcache.objects.Payload;
import dev.stepcache.objects.Removed;
import dev.stepcache.objects.Written;
import dev.stepcache.s3.ScriptedServer.Answer;
import dev.stepcache.s3.ScriptedServer.Asked;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What S3 says where something is wrong, and what whoever reads the log is told. */
class S3TroubleTest {
  private static final String WHAT = "read s3://caches/go:abc";
  private static final Answer FOUND = new Answer(200, Map.of("ETag", "\"1\""), "hello");
  private static final Answer WRITTEN = new Answer(200, Map.of("ETag", "\"1\""), "");
  private static final Answer DONE = new Answer(204, Map.of(), "");
  private static final Answer NOT_IMPLEMENTED =
      Answer.error(501, "NotImplemented", "A header you provided implies functionality");

  private static Bucket open(ScriptedServer server) throws StoreException {
    return S3Case.connection(server.endpoint(), Map.of("region", "eu-west-1")).open("caches");
  }

  private static Payload hello() {
    return Payload.of("text/plain", "hello".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403|AccessDenied|Unauthorized|s3:ListBucket",
        "403|InvalidAccessKeyId|Unauthorized|nobody knows that key",
        "403|SignatureDoesNotMatch|Unauthorized|the secret is another key's",
        "400|ExpiredToken|Unauthorized|renew the credentials",
        "400|InvalidToken|Unauthorized|renew all three",
        "403|RequestTimeTooSkewed|Unauthorized|the clock of this machine",
        "403|InvalidObjectState|Rejected|a lifecycle rule moved the object to an archive",
        "404|NoSuchBucket|Rejected|create the bucket, or correct its name",
        "400|InvalidBucketName|Rejected|correct the bucket's name",
        "405|MethodNotAllowed|Rejected|405 MethodNotAllowed",
        "400|KMS.DisabledException|Rejected|enable the key of KMS",
      })
  void eachRefusalHasS3sCodeAndACure(int status, String code, String kind, String cure)
      throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(Answer.error(status, code, "Its &lt;words&gt;"));
        Bucket bucket = open(server)) {
      assertThatThrownBy(() -> bucket.read("a", 10, WHAT))
          .isInstanceOf(StoreException.class)
          .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(kind))
          .hasMessageStartingWith(WHAT + ": the object store answered " + status + " " + code)
          .hasMessageContaining("Its <words>")
          .hasMessageContaining(cure)
          .hasMessageNotContaining(S3Case.KEYS.get("AWS_SECRET_ACCESS_KEY"));
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void aRefusalSaysWhoseRequestItWas() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Answer.error(403, "AccessDenied", "Denied"));
        Bucket bucket = open(server)) {
      assertThatThrownBy(() -> bucket.read("a", 10, WHAT))
          .hasMessageEndingWith("asked as access key AKIDEXAMPLE of the environment");
    }
  }

  @Test
  void aBucketOfAnotherRegionIsAskedThere() throws IOException {
    Answer elsewhere = new Answer(301, Map.of("x-amz-bucket-region", "ap-south-1"), "");
    try (ScriptedServer server = new ScriptedServer(elsewhere, FOUND);
        Bucket bucket = open(server)) {
      assertThat(bucket.read("a", 10, WHAT)).isPresent();
      assertThat(bucket.read("a", 10, WHAT)).isPresent();
      assertThat(server.asked())
          .extracting(asked -> asked.header("Authorization").split("/")[2])
          .containsExactly("eu-west-1", "ap-south-1", "ap-south-1");
    }
  }

  @Test
  void soIsOneWhoseSignatureWasMadeForTheWrongRegion() throws IOException {
    Answer malformed =
        new Answer(
            400,
            Map.of(),
            "<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message>"
                + "<Region>ap-south-1</Region></Error>");
    try (ScriptedServer server = new ScriptedServer(malformed, WRITTEN);
        Bucket bucket = open(server)) {
      assertThat(bucket.put("a", hello(), Condition.ABSENT, WHAT)).isEqualTo(new Written.Done());
      assertThat(server.asked().getLast().header("Authorization")).contains("/ap-south-1/s3/");
      assertThat(server.asked().getLast().body()).isEqualTo("hello");
    }
  }

  @Test
  void whoIsSentInCirclesStops() throws IOException {
    Answer one = new Answer(301, Map.of("x-amz-bucket-region", "ap-south-1"), "");
    Answer other = new Answer(301, Map.of("x-amz-bucket-region", "sa-east-1"), "");
    try (ScriptedServer server = new ScriptedServer(one, other, one, other);
        Bucket bucket = open(server)) {
      assertThatThrownBy(() -> bucket.read("a", 10, WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("set region=sa-east-1 in BLOB_QUERY_PARAMS, or AWS_REGION");
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void aPageForPeopleIsNoAnswerWhateverItsStatus() throws IOException {
    Answer page = new Answer(200, Map.of("Content-Type", "text/html"), "<!DOCTYPE html><html>");
    try (ScriptedServer server = new ScriptedServer(page);
        Bucket bucket = open(server)) {
      assertThatThrownBy(() -> bucket.read("a", 1000, WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("correct endpoint in BLOB_QUERY_PARAMS");
      assertThatThrownBy(() -> bucket.head("a", WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("without an ETag");
      assertThatThrownBy(() -> bucket.put("a", hello(), Condition.ABSENT, WHAT))
          .isInstanceOf(StoreException.Rejected.class);
      assertThatThrownBy(() -> bucket.list("", Optional.empty(), WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("no list of objects");
    }
    Answer refused =
        new Answer(403, Map.of("Content-Type", "text/html"), "<html><body>Log in</body></html>");
    try (ScriptedServer server = new ScriptedServer(refused);
        Bucket bucket = open(server)) {
      assertThatThrownBy(() -> bucket.read("a", 10, WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("a page for people")
          .hasMessageNotContaining("Log in");
    }
  }

  @Test
  void aListWithADocumentTypeIsNotRead() throws IOException {
    String xml =
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
            + "<ListBucketResult><Contents><Key>&e;</Key><Size>1</Size><ETag>1</ETag>"
            + "<LastModified>2026-01-01T00:00:00Z</LastModified></Contents></ListBucketResult>";
    try (ScriptedServer server = new ScriptedServer(new Answer(200, Map.of(), xml));
        Bucket bucket = open(server)) {
      assertThatThrownBy(() -> bucket.list("", Optional.empty(), WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("no list of objects");
    }
  }

  @Test
  void twoWritersAtOnceAreNoEnd() throws IOException {
    Answer beside = Answer.error(409, "ConditionalRequestConflict", "at once");
    try (ScriptedServer server = new ScriptedServer(beside, beside, WRITTEN);
        Bucket bucket = open(server)) {
      assertThat(bucket.put("a", hello(), Condition.ABSENT, WHAT)).isEqualTo(new Written.Done());
      assertThat(server.asked()).hasSize(3);
    }
  }

  @Test
  void whereConditionsAreUnknownTheyAreLookedAtRightBefore() throws IOException {
    Answer absent = new Answer(404, Map.of(), "");
    Answer bucketThere = new Answer(200, Map.of(), "");
    try (ScriptedServer server =
            new ScriptedServer(
                NOT_IMPLEMENTED, absent, bucketThere, WRITTEN, NOT_IMPLEMENTED, WRITTEN);
        Bucket bucket = open(server)) {
      assertThat(bucket.put("a", hello(), Condition.ABSENT, WHAT)).isEqualTo(new Written.Done());
      assertThat(server.asked())
          .extracting(Asked::method)
          .containsExactly("PUT", "HEAD", "HEAD", "PUT");
      assertThat(server.asked().getLast().header("If-None-Match")).isEmpty();
    }
    try (ScriptedServer server = new ScriptedServer(NOT_IMPLEMENTED, FOUND);
        Bucket bucket = open(server)) {
      assertThat(bucket.put("a", hello(), Condition.ABSENT, WHAT))
          .isEqualTo(new Written.Conflict());
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void aDeletionWithoutTheRightIsRefused() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Answer.error(403, "AccessDenied", "Denied"));
        Bucket bucket = open(server)) {
      assertThat(bucket.delete("a", Condition.NONE, "delete s3://caches/go:abc"))
          .isInstanceOfSatisfying(
              Removed.Refused.class,
              refused ->
                  assertThat(refused.message())
                      .startsWith("delete s3://caches/go:abc: the object"));
    }
  }

  @Test
  void aDeletionWhoseConditionIsUnknownIsDoneAfterALook() throws IOException {
    try (ScriptedServer server = new ScriptedServer(FOUND, NOT_IMPLEMENTED, DONE);
        Bucket bucket = open(server)) {
      assertThat(bucket.delete("a", new Condition.Unchanged("\"1\""), WHAT))
          .isEqualTo(new Removed.Done());
      assertThat(server.asked())
          .extracting(Asked::method)
          .containsExactly("HEAD", "DELETE", "DELETE");
      assertThat(server.asked().get(1).header("If-Match")).isEqualTo("\"1\"");
    }
  }

  @Test
  void slowDownIsThrottlingAndIsTriedAgain() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(Answer.error(503, "SlowDown", "Reduce your rate"), FOUND);
        Bucket bucket = open(server)) {
      assertThat(bucket.read("a", 10, WHAT)).isPresent();
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void howManyMayFailInARowIsSetByTheRateLimiter() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Answer.error(503, "SlowDown", "Slower"));
        Bucket bucket =
            S3Case.connection(server.endpoint(), Map.of("rate_limiter_capacity", "5"))
                .open("caches")) {
      assertThatThrownBy(() -> bucket.read("a", 10, WHAT))
          .isInstanceOf(StoreException.Throttled.class);
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void theRequestsTimeoutOfS3IsTriedAgain() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(Answer.error(400, "RequestTimeout", "Your socket"), WRITTEN);
        Bucket bucket = open(server)) {
      assertThat(bucket.put("a", hello(), Condition.NONE, WHAT)).isEqualTo(new Written.Done());
    }
  }

  @Test
  void eachRequestIsSignedWithTheDigestOfWhatItCarries() throws IOException {
    try (ScriptedServer server = new ScriptedServer(WRITTEN);
        Bucket bucket = open(server)) {
      bucket.put("a b", hello(), Condition.ABSENT, WHAT);
      Asked asked = server.asked().getFirst();
      assertThat(asked.uri()).isEqualTo("/caches/a%20b");
      assertThat(asked.header("x-amz-content-sha256")).isEqualTo(hello().digest().hex());
      assertThat(asked.header("If-None-Match")).isEqualTo("*");
      assertThat(asked.headers().get("Content-type")).containsExactly("text/plain");
      assertThat(asked.header("Authorization"))
          .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
          .contains("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date,");
    }
  }
}
