package dev.stepcache.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.http.Body;
import dev.stepcache.http.Request;
import dev.stepcache.oci.Digest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** What is signed is signed as Amazon's own library does it. */
class RequestSignatureTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:34:56Z");
  private static final String KEY = "AKIDEXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  private static Request signed(Request request, byte[] body, Optional<String> token) {
    AwsCredentials credentials =
        new AwsCredentials(KEY, SECRET, token, Optional.empty(), "the test");
    String digest = Digest.of(body).hex();
    return new RequestSignature(credentials, "eu-west-1", "s3")
        .sign(request.with(RequestSignature.PAYLOAD, digest), digest, NOW);
  }

  private static Map<String, String> byTheLibrary(
      Request request, byte[] body, Optional<String> token) {
    AwsCredentialsIdentity identity =
        token.isPresent()
            ? AwsSessionCredentialsIdentity.create(KEY, SECRET, token.get())
            : AwsCredentialsIdentity.create(KEY, SECRET);
    SdkHttpRequest.Builder unsigned =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(request.method()))
            .uri(request.uri());
    request.headers().forEach(unsigned::putHeader);
    var signed =
        AwsV4HttpSigner.create()
            .sign(
                SignRequest.builder(identity)
                    .request(unsigned.build())
                    .payload(() -> new ByteArrayInputStream(body))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                    .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(NOW, ZoneOffset.UTC))
                    .build());
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    signed.request().headers().forEach((name, values) -> headers.put(name, values.getFirst()));
    return headers;
  }

  private static void assertSignedAlike(Request request, byte[] body, Optional<String> token) {
    Map<String, String> ours = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    ours.putAll(signed(request, body, token).headers());
    Map<String, String> theirs = byTheLibrary(request, body, token);
    for (String header : new String[] {"Authorization", "X-Amz-Date", "x-amz-content-sha256"}) {
      assertThat(ours.get(header)).as(header).isNotEmpty().isEqualTo(theirs.get(header));
    }
    assertThat(ours.get("X-Amz-Security-Token")).isEqualTo(theirs.get("X-Amz-Security-Token"));
  }

  private static Request get(String uri) {
    return new Request("GET", URI.create(uri), Map.of(), Body.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://caches.s3.eu-west-1.amazonaws.com/",
        "https://caches.s3.eu-west-1.amazonaws.com/team/go/blobs/sha256/00ff",
        "https://s3.example.com:9000/caches/a%20b/%C3%BC%2B~%281%29%3D%26%3F.tar",
        "https://s3.example.com/caches/x?partNumber=12&uploadId=abc%2Fdef%3D",
        "https://s3.example.com/caches?encoding-type=url&list-type=2&prefix=team%2Fgo%2Ftags%2F",
        "https://s3.example.com/caches/x?uploads=",
      })
  void pathsAndQueriesAreSignedAsTheyAreSent(String uri) {
    assertSignedAlike(get(uri), new byte[0], Optional.empty());
  }

  @Test
  void aSessionsTokenIsSigned() {
    assertSignedAlike(
        get("https://caches.s3.eu-west-1.amazonaws.com/x"),
        new byte[0],
        Optional.of("IQoJb3JpZ2luX2VjE//////////wEaCWV1+="));
  }

  @Test
  void aBodyItsTypeAndAmazonsHeadersAreSigned() {
    byte[] body = "some content".getBytes(StandardCharsets.UTF_8);
    Request put =
        new Request(
            "PUT",
            URI.create("https://caches.s3.eu-west-1.amazonaws.com/x"),
            Map.of(
                "Content-Type", "application/octet-stream",
                "x-amz-server-side-encryption", "aws:kms",
                "x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:key/1  2"),
            new Body.Bytes("application/octet-stream", body));

    assertSignedAlike(put, body, Optional.empty());
  }

  @Test
  void noSecretIsShown() {
    AwsCredentials credentials =
        new AwsCredentials(KEY, SECRET, Optional.of("token-text"), Optional.empty(), "the test");

    assertThat(credentials.toString()).contains(KEY).doesNotContain(SECRET, "token-text");
    assertThat(new RequestSignature(credentials, "r", "s3").toString())
        .doesNotContain(SECRET, "token-text");
  }
}
