package dev.stepcache.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.BucketContract;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.Condition;
import dev.stepcache.objects.Payload;
import dev.stepcache.objects.Removed;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A bucket in what stands in for Google Cloud Storage, and what goes wrong with it. */
class GoogleBucketTest extends BucketContract {
  private static final String WHAT = "read gs://contract/caches:tag";
  private static final int PART = 64 << 10;
  private static final String PAGE = "<!DOCTYPE html><html>log in</html>";

  private final GoogleStandIn server = new GoogleStandIn();

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected Bucket open() throws StoreException {
    return open("contract");
  }

  private Bucket open(String name) throws StoreException {
    GoogleEndpoint endpoint =
        GoogleEndpoint.of(
            Map.of("STORAGE_EMULATOR_HOST", server.host()), "googleapis.com", false, WHAT);
    BucketRequests requests =
        new BucketRequests(
            new Wire(Trust.JDK_ROOTS, false, Proxies.NONE, Limits.STANDARD),
            Limits.STANDARD,
            new RetryPolicy(
                2, Duration.ofMillis(1), Duration.ofMillis(1), 4, Duration.ofSeconds(9)),
            new Anonymous(),
            new GoogleRefusals(name),
            retry -> {});
    return new GoogleBucket(name, endpoint, requests, new GoogleBucket.Sizes(PART, PART), () -> {});
  }

  @Override
  protected int large() {
    return 2 * PART + 12345;
  }

  private StoreException refused(int status, String body) throws IOException {
    try (Bucket bucket = open()) {
      server.next(status, Map.of(), body);
      server.next(status, Map.of(), body);
      StoreException refusal = (StoreException) catchThrowable(() -> bucket.read("tag", 10, WHAT));
      server.truth();
      return refusal;
    }
  }

  @Test
  void aBucketThatIsNotThereIsNamed() throws IOException {
    try (Bucket bucket = open("nowhere")) {
      assertThatThrownBy(() -> bucket.head("tag", WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageStartingWith(WHAT)
          .hasMessageContaining("there is no bucket nowhere");
      assertThatThrownBy(
              () -> bucket.put("tag", Payload.of("text/plain", new byte[1]), Condition.NONE, WHAT))
          .isInstanceOf(StoreException.Rejected.class);
      assertThatThrownBy(() -> bucket.list("", Optional.empty(), WHAT))
          .isInstanceOf(StoreException.Rejected.class);
    }
  }

  @Test
  void whoMayNotIsToldTheRole() throws IOException {
    assertThat(
            refused(
                403, GoogleStandIn.body("forbidden", "a does not have storage.objects.get access")))
        .isInstanceOf(StoreException.Unauthorized.class)
        .hasMessageContaining("roles/storage.objectUser")
        .hasMessageContaining("storage.objects.get");
    assertThat(refused(401, GoogleStandIn.body("authError", "Invalid Credentials")))
        .isInstanceOf(StoreException.Unauthorized.class);
  }

  @Test
  void whoMayNotDeleteIsToldSo() throws IOException {
    try (Bucket bucket = open()) {
      server.next(403, Map.of(), GoogleStandIn.body("forbidden", "no"));
      assertThat(bucket.delete("tag", Condition.NONE, WHAT)).isInstanceOf(Removed.Refused.class);
    }
  }

  @Test
  void trafficThatIsTooMuchIsThrottled() throws IOException {
    assertThat(refused(429, GoogleStandIn.body("rateLimitExceeded", "slow down")))
        .isInstanceOf(StoreException.Throttled.class);
    try (Bucket bucket = open()) {
      server.next(503, Map.of("Retry-After", "3600"), "");
      assertThatThrownBy(() -> bucket.head("tag", WHAT))
          .isInstanceOf(StoreException.Throttled.class);
    }
  }

  @Test
  void aServerThatIsBusyIsAskedAgain() throws IOException {
    try (Bucket bucket = open()) {
      server.next(503, Map.of(), "");
      assertThat(bucket.head("tag", WHAT)).isEmpty();
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void aPageForPeopleIsNoAnswer() throws IOException {
    assertThat(refused(403, PAGE))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("a page for people")
        .hasMessageNotContaining("log in<");
    assertThat(refused(200, PAGE)).isInstanceOf(StoreException.Rejected.class);
    assertThat(refused(302, "")).hasMessageContaining("not followed");
    try (Bucket bucket = open()) {
      server.next(200, Map.of(), PAGE);
      assertThatThrownBy(() -> bucket.head("tag", WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("no Google Cloud Storage");
      server.next(200, Map.of(), PAGE);
      assertThatThrownBy(
              () -> bucket.put("tag", Payload.of("text/plain", new byte[1]), Condition.NONE, WHAT))
          .isInstanceOf(StoreException.Rejected.class);
    }
  }

  @Test
  void whereWhoAsksHasToPayThatIsSaid() throws IOException {
    assertThat(refused(400, "Bucket is a requester pays bucket but no user project provided."))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("requester pays");
  }

  @Test
  void aSessionWhoseObjectDidNotComeToBeIsEnded() throws IOException {
    try (Bucket bucket = open()) {
      Payload payload = Payload.of("text/plain", new byte[large()]);
      Payload broken =
          new Payload(
              payload.digest(),
              payload.size(),
              payload.contentType(),
              () -> new ByteArrayInputStream(new byte[PART + 1]));
      assertThatThrownBy(() -> bucket.put("blob", broken, Condition.NONE, WHAT))
          .isInstanceOf(IOException.class);
      assertThat(server.requests().getLast()).startsWith("DELETE ").contains("upload_id");
    }
  }

  @Test
  void aSessionThatLeadsElsewhereIsNotFollowed() throws IOException {
    try (Bucket bucket = open()) {
      server.next(200, Map.of("Location", "http://127.0.0.1:1/upload?upload_id=secret"), "");
      Payload large = Payload.of("text/plain", new byte[large()]);
      assertThatThrownBy(() -> bucket.put("blob", large, Condition.NONE, WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void plainHttpToAnotherMachineWantsInsecure() throws StoreException {
    Map<String, String> environment = Map.of("STORAGE_EMULATOR_HOST", "gcs.test.svc:4443");
    assertThatThrownBy(() -> GoogleEndpoint.of(environment, "googleapis.com", false, WHAT))
        .hasMessageContaining("INSECURE: true");
    assertThat(GoogleEndpoint.of(environment, "googleapis.com", true, WHAT).origin().secure())
        .isFalse();
    assertThat(GoogleEndpoint.of(Map.of(), "googleapis.com", false, WHAT).origin().host())
        .isEqualTo("storage.googleapis.com");
  }

  @Test
  void eachParamWorksOrIsRefusedByName() {
    assertThat(
            GoogleParameters.mistake(
                Map.of(
                    "anonymous",
                    "true",
                    "access_id",
                    "a",
                    "private_key_path",
                    "/p",
                    "universe_domain",
                    "cloud.example")))
        .isEmpty();
    assertThat(GoogleParameters.of(Map.of("access_id", "-")).anonymous()).isTrue();
    assertThat(GoogleParameters.of(Map.of("anonymous", "1")).anonymous()).isTrue();
    assertThat(GoogleParameters.of(Map.of("access_id", "a")).anonymous()).isFalse();
    assertThat(GoogleParameters.mistake(Map.of("region", "x")).orElseThrow())
        .contains("'region' is not known of gs://");
    assertThat(GoogleParameters.mistake(Map.of("prefix", "x")).orElseThrow()).contains("'prefix'");
    assertThat(GoogleParameters.mistake(Map.of("anonymous", "maybe"))).isPresent();
    assertThat(GoogleParameters.mistake(Map.of("universe_domain", "a/b"))).isPresent();
  }
}
