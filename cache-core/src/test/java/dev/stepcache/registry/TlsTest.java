package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.registry.wire.Trust;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Whom a store believes. */
class TlsTest extends RegistryCase {
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
}
