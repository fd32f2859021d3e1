package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.registry.wire.Limits;
import dev.stepcache.registry.wire.Proxies;
import dev.stepcache.registry.wire.Trust;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whom a store believes. */
class TlsTest extends RegistryCase {
  private static final Limits PATIENT =
      new Limits(
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofMillis(400),
          Duration.ofSeconds(30));

  @Test
  void believesNoUnknownAuthority() {
    try (RegistryStore store = store(new Login.Anonymous(), false, Trust.JDK_ROOTS)) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Untrusted.class);
    }
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void believesNoCertificateOfAnotherHost() {
    registry.close();
    registry = FakeRegistry.tlsOfAnotherHost();
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Untrusted.class);
    }
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void believesAnyCertificateWhereInsecure() throws IOException {
    registry.close();
    registry = FakeRegistry.tlsOfAnotherHost();
    addManifest();
    try (RegistryStore store = store(new Login.Anonymous(), true, Trust.JDK_ROOTS)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
  }

  @Test
  void speaksPlainHttpOnlyWhereInsecure() throws IOException {
    registry.close();
    registry = FakeRegistry.plain();
    registry.login().basic("alice", "wonder:land");
    addManifest();
    try (RegistryStore secure = store(ALICE, false);
        RegistryStore insecure = store(ALICE, true)) {
      assertThatThrownBy(() -> secure.manifest(TAG)).isInstanceOf(StoreException.class);
      assertThat(registry.seen()).isEmpty();
      assertThat(insecure.manifest(TAG)).isPresent();
    }
  }

  @Test
  void triesPlainHttpSoonWhereTlsIsMetWithSilenceAndAsksOnce() throws IOException {
    registry.close();
    registry = FakeRegistry.plain();
    addManifest();
    long begin = System.nanoTime();
    try (RegistryStore store = insecure(registry.host(), PATIENT)) {
      for (int i = 0; i < 5; i++) {
        assertThat(store.manifest(TAG)).isPresent();
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENT.probe());
    assertThat(registry.seen("GET", "/v2/").stream().filter(seen -> seen.path().equals("/v2/")))
        .hasSize(1);
  }

  @Test
  void takesNoRegistryThatIsSlowWithTlsForOneThatSpeaksPlainHttp() throws IOException {
    addManifest();
    try (SlowTls front = new SlowTls(registry, PATIENT.hello().multipliedBy(2));
        RegistryStore store = insecure(front.host(), PATIENT)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(registry.seen("GET", "/manifests/")).hasSize(1);
  }

  private RegistryStore insecure(String host, Limits limits) {
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse(host + "/ci/cache"),
            new Login.Anonymous(),
            Trust.JDK_ROOTS,
            true,
            Proxies.NONE,
            limits,
            POLICY,
            retries::add));
  }
}
