package dev.stepcache.azure;

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
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A container in what stands in for Azure Blob Storage, and what goes wrong with it. */
class AzureContainerTest extends BucketContract {
  private static final String WHAT = "read azblob://contract/caches:tag";
  private static final int BLOCK = 64 << 10;

  private final AzureStandIn server = new AzureStandIn();
  private final Map<String, String> environment = new HashMap<>(server.environment());

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected Bucket open() throws StoreException {
    return open("contract", InstantSource.system());
  }

  private AzureEndpoint endpoint(String container, Map<String, String> parameters)
      throws StoreException {
    return AzureEndpoint.of(
        new AzureParameters(parameters, environment),
        ConnectionString.of(environment),
        container,
        false,
        WHAT);
  }

  private Bucket open(String container, InstantSource clock) throws StoreException {
    BucketRequests requests =
        new BucketRequests(
            new Wire(Trust.JDK_ROOTS, false, Proxies.NONE, Limits.STANDARD),
            Limits.STANDARD,
            new RetryPolicy(
                2, Duration.ofMillis(1), Duration.ofMillis(1), 4, Duration.ofSeconds(9)),
            SharedKey.of("account", "a2V5", clock),
            new AzureRefusals(container, clock),
            retry -> {});
    return new AzureContainer(
        endpoint(container, Map.of()), requests, new AzureContainer.Sizes(BLOCK, BLOCK), () -> {});
  }

  @Override
  protected int large() {
    return 2 * BLOCK + 12345;
  }

  private StoreException refused(int status, String code) throws IOException {
    try (Bucket bucket = open()) {
      Map<String, String> headers = code.isEmpty() ? Map.of() : Map.of("x-ms-error-code", code);
      server.next(status, headers, "<Error>string to sign: secret</Error>");
      server.next(status, headers, "<Error>string to sign: secret</Error>");
      StoreException refusal = (StoreException) catchThrowable(() -> bucket.read("tag", 10, WHAT));
      server.truth();
      assertThat(refusal).hasMessageStartingWith(WHAT).hasMessageNotContaining("secret");
      return refusal;
    }
  }

  @Test
  void aContainerThatIsNotThereIsNamed() throws IOException {
    try (Bucket bucket = open("nowhere", InstantSource.system())) {
      assertThatThrownBy(() -> bucket.head("tag", WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("there is no container nowhere");
      assertThatThrownBy(
              () -> bucket.put("tag", Payload.of("text/plain", new byte[1]), Condition.NONE, WHAT))
          .isInstanceOf(StoreException.Rejected.class);
      assertThatThrownBy(() -> bucket.list("", Optional.empty(), WHAT))
          .isInstanceOf(StoreException.Rejected.class);
    }
  }

  @Test
  void whoMayNotIsToldTheCure() throws IOException {
    assertThat(refused(403, "AuthorizationPermissionMismatch"))
        .isInstanceOf(StoreException.Unauthorized.class)
        .hasMessageContaining("Storage Blob Data Contributor");
    assertThat(refused(403, "AuthenticationFailed"))
        .isInstanceOf(StoreException.Unauthorized.class)
        .hasMessageContaining("wrong or has ended")
        .hasMessageContaining("the key of storage account account");
    assertThat(refused(403, "KeyBasedAuthenticationNotPermitted"))
        .hasMessageContaining("workload identity");
    assertThat(refused(409, "BlobArchived")).hasMessageContaining("rehydrate");
    assertThat(refused(429, "")).isInstanceOf(StoreException.Throttled.class);
    assertThat(refused(503, "ServerBusy")).isInstanceOf(StoreException.Unreachable.class);
  }

  @Test
  void aWrongClockIsNamedWithHowFarItIsOff() throws IOException {
    InstantSource late = () -> Instant.now().plus(Duration.ofMinutes(20));
    try (Bucket bucket = open("contract", late)) {
      server.next(403, Map.of("x-ms-error-code", "AuthenticationFailed"), "");
      assertThatThrownBy(() -> bucket.head("tag", WHAT))
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageMatching(".*clock is (19|20) minutes ahead.*");
    }
  }

  @Test
  void aPageForPeopleIsNoAnswer() throws IOException {
    try (Bucket bucket = open()) {
      server.next(403, Map.of(), "<html>log in</html>");
      assertThatThrownBy(() -> bucket.read("tag", 10, WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("a page for people");
      server.next(200, Map.of(), "<html>log in</html>");
      assertThatThrownBy(() -> bucket.read("tag", 10, WHAT))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("no Azure Blob Storage");
      server.next(200, Map.of(), "<html>log in</html>");
      assertThatThrownBy(() -> bucket.list("", Optional.empty(), WHAT))
          .isInstanceOf(StoreException.Rejected.class);
    }
  }

  @Test
  void aListMayNameNoOtherDocument() throws IOException {
    try (Bucket bucket = open()) {
      for (String hostile :
          new String[] {
            "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>"
                + "<EnumerationResults><NextMarker>&b;</NextMarker></EnumerationResults>",
            "<EnumerationResults><Blobs><Blob></Blob></Blobs></EnumerationResults>",
            "<EnumerationResults>"
          }) {
        server.next(200, Map.of(), hostile);
        assertThatThrownBy(() -> bucket.list("", Optional.empty(), WHAT))
            .isInstanceOf(StoreException.Rejected.class)
            .hasMessageNotContaining("root");
      }
    }
  }

  @Test
  void whatMayNotBeDeletedIsLeft() throws IOException {
    try (Bucket bucket = open()) {
      server.next(409, Map.of("x-ms-error-code", "BlobImmutableDueToPolicy"), "");
      assertThat(bucket.delete("tag", Condition.NONE, WHAT)).isInstanceOf(Removed.Refused.class);
      server.next(403, Map.of("x-ms-error-code", "AuthorizationPermissionMismatch"), "");
      assertThat(bucket.delete("tag", Condition.NONE, WHAT)).isInstanceOf(Removed.Refused.class);
    }
  }

  @Test
  void endpointsAreNamedAsGoCdkNamesThem() throws StoreException {
    environment.clear();
    assertThatThrownBy(() -> endpoint("c", Map.of())).hasMessageContaining("AZURE_STORAGE_ACCOUNT");
    assertThat(endpoint("c", Map.of("storage_account", "a")).blob("n/m", Optional.empty()))
        .hasToString("https://a.blob.core.windows.net:443/c/n%2Fm");
    assertThat(
            endpoint("c", Map.of("storage_account", "a", "domain", "x.example", "cdn", "true"))
                .origin()
                .host())
        .isEqualTo("x.example");
    assertThat(
            endpoint(
                    "c",
                    Map.of("storage_account", "a", "domain", "azurite:10000", "localemu", "true"))
                .blobs("comp=list"))
        .hasToString("https://azurite:10000/a/c?comp=list");
    assertThatThrownBy(() ->
            endpoint(
                "c", Map.of("storage_account", "a", "domain", "x.example", "protocol", "http")))
        .hasMessageContaining("INSECURE: true");
    environment.put(
        "AZURE_STORAGE_CONNECTION_STRING",
        "DefaultEndpointsProtocol=https;AccountName=b;AccountKey=a2V5==;EndpointSuffix=core.cloud.example");
    assertThat(endpoint("c", Map.of()).origin().host()).isEqualTo("b.blob.core.cloud.example");
    environment.put("AZURE_STORAGE_CONNECTION_STRING", "UseDevelopmentStorage=true");
    assertThat(endpoint("c", Map.of()).blobs("q"))
        .hasToString("http://127.0.0.1:10000/devstoreaccount1/c?q");
  }

  @Test
  void eachParamWorksOrIsRefusedByName() {
    assertThat(AzureParameters.mistake(Map.of("region", "x")).orElseThrow())
        .contains("'region' is not known of azblob://");
    assertThat(AzureParameters.mistake(Map.of("protocol", "ftp"))).isPresent();
    assertThat(AzureParameters.mistake(Map.of("cdn", "maybe"))).isPresent();
    assertThat(AzureParameters.mistake(Map.of("key", "x"))).isPresent();
    assertThat(AzureParameters.mistake(Map.of("domain", "x", "localemu", "false"))).isEmpty();
  }
}
