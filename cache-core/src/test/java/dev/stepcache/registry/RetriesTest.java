package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.MediaType;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often and how soon a request is sent again. */
class RetriesTest extends RegistryCase {
  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void asksAgainWhenTheRegistryIsBusy(int status) throws IOException {
    addManifest();
    registry.fault("GET", "/manifests/", Fault.status(status), Fault.reset(), Fault.status(status));
    try (RegistryStore store = store()) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(retries).isNotEmpty();
  }

  @Test
  void namesTheTroubleAfterTheLastAttempt() {
    registry.always("GET", "/v2/ci/a", Fault.status(503));
    registry.always("GET", "/manifests/", Fault.status(503));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOf(StoreException.Unreachable.class)
          .hasMessageStartingWith("read oci://" + registry.host() + "/ci/cache:v1: ")
          .hasMessageContaining("503 (UNKNOWN: unknown error)");
    }
    assertThat(retries).hasSize(3);
  }

  @Test
  void waitsAsLongAsTheRegistryAsks() throws IOException {
    addManifest();
    registry.fault("GET", "/manifests/", Fault.status(429, "", "Retry-After", "1"));
    try (RegistryStore store = store()) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(retries.getFirst().pause()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void givesUpAtOnceWhenItIsToComeBackTomorrow() {
    registry.fault("GET", "/manifests/", Fault.status(429, "", "Retry-After", "86400"));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Throttled.class);
    }
    assertThat(registry.seen()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"86400", "999999999999999999999999999999"})
  void leavesARegistryAloneForAllThatIsAskedOfIt(String seconds) {
    registry.fault("GET", "/manifests/", Fault.status(503, "", "Retry-After", seconds));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Throttled.class);
      assertThatThrownBy(() -> store.put(TAG, MediaType.OCI_MANIFEST, MANIFEST))
          .isInstanceOf(StoreException.Throttled.class);
      assertThatThrownBy(() -> upload(store, new byte[1]))
          .isInstanceOf(StoreException.Throttled.class);
    }
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void isPatientByDefaultForAMinuteAndTwentyRequests() {
    assertThat(RetryPolicy.STANDARD.requests()).isEqualTo(20);
    assertThat(RetryPolicy.STANDARD.time()).isEqualTo(Duration.ofSeconds(60));
    assertThat(RetryPolicy.STANDARD.attempts()).isEqualTo(5);
    assertThat(Limits.STANDARD.silence()).isEqualTo(Duration.ofSeconds(30));
    assertThat(Limits.STANDARD.connect()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  @Tag("slow")
  void readsNotForeverWhatComesAfterAnError() {
    registry.close();
    try (FakeRegistry plain = FakeRegistry.plain();
        FaultyWire wire = new FaultyWire(plain);
        RegistryStore store = store(wire.host(), new Login.Anonymous(), true, Trust.JDK_ROOTS)) {
      String error = "HTTP/1.1 400 No\r\nContent-Length: 8000\r\n\r\n" + "x".repeat(8000);
      wire.always("GET", "/manifests/", WireFault.drips(error, 100));
      long begin = System.nanoTime();
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Rejected.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
    }
  }

  @Test
  void asksADeadRegistryAtMostTwentyTimes() {
    registry.always("GET", "", Fault.reset());
    registry.always("HEAD", "", Fault.reset());
    registry.always("POST", "", Fault.reset());
    try (RegistryStore store = store()) {
      Descriptor blob = Descriptor.of(MediaType.OCI_LAYER, new byte[1]);
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> store.manifest(TAG))
            .isInstanceOf(StoreException.Unreachable.class);
        assertThatThrownBy(() -> store.has(blob)).isInstanceOf(StoreException.Unreachable.class);
        assertThatThrownBy(() -> upload(store, new byte[1]))
            .isInstanceOf(StoreException.Unreachable.class);
      }
    }
    assertThat(registry.seen()).hasSizeBetween(5, 20);
  }

  /** Each attempt is a request for the thing, and one for a token. */
  @Test
  void countsTheRequestsForTokensToo() {
    registry.login().bearer("alice", "wonder:land");
    registry.always("GET", "/token", Fault.status(503));
    try (RegistryStore store = store(ALICE, false)) {
      exhaust(store);
    }
    assertThat(registry.seen()).hasSizeBetween(5, 20);
  }

  @Test
  void countsRedirectsToo() {
    registry.always("GET", "/manifests/", Fault.redirect("/elsewhere"));
    registry.always("GET", "/elsewhere", Fault.status(503));
    try (RegistryStore store = store()) {
      exhaust(store);
    }
    assertThat(registry.seen()).hasSizeBetween(5, 20);
  }

  @Test
  void countsTheQuestionsWhetherARegistrySpeaksTlsToo() {
    registry.close();
    registry = FakeRegistry.plain();
    registry.always("GET", "", Fault.reset());
    try (RegistryStore store = store(new Login.Anonymous(), true)) {
      exhaust(store);
    }
    assertThat(registry.seen()).hasSizeBetween(5, 20);
  }

  @Test
  void countsEachAnswerThatBreaksInABlobToo() {
    Descriptor blob = addBlob(100);
    registry.login().bearer("alice", "wonder:land");
    registry.login().usesOfEachToken(1);
    registry.always("GET", "/blobs/", Fault.cut(0));
    try (RegistryStore store = store(ALICE, false)) {
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> read(store, blob)).isInstanceOf(StoreException.class);
      }
    }
    assertThat(registry.seen()).hasSizeBetween(5, 20);
  }

  private static void exhaust(RegistryStore store) {
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Unreachable.class);
    }
  }

  @Test
  void isUnreachableWhereNobodyListens() {
    try (RegistryStore store =
        store("127.0.0.1:1", new Login.Anonymous(), false, Trust.JDK_ROOTS)) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Unreachable.class);
    }
  }

  @Test
  void readsNoMoreOfAnErrorThanALineAndForgesNoLogLine() {
    registry.fault("GET", "/manifests/", Fault.status(400, "bad\nfetched=true" + "x".repeat(9999)));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("bad\\u000afetched")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
    }
  }
}
