package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Tag;
import dev.stepcache.registry.FakeProxy;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.FaultyServer;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whom a registry or a bucket is believed to be, and through whom it is reached. */
@ParameterizedClass(name = "{0}")
@EnumSource
class StoreTrustTest {
  private static final Tag TAG = new Tag("v1");
  private static final String OURS = "localhost.p12";
  private static final String OF_ANOTHER_HOST = "elsewhere.p12";

  private final StoreKind kind;
  @TempDir Path folder;

  StoreTrustTest(StoreKind kind) {
    this.kind = kind;
  }

  private Trust authority() {
    return new Trust(Optional.of(FakeRegistry.authority(folder)), List.of(), Optional.empty());
  }

  private static Lookup look(
      FaultyServer server, String address, boolean insecure, Trust trust, Proxies proxies)
      throws IOException {
    FaultyServer.Way way =
        new FaultyServer.Way(
            address,
            Limits.STANDARD,
            RetryPolicy.STANDARD,
            insecure,
            trust,
            proxies,
            retry -> {
              throw new AssertionError("another try would end as this one: " + retry);
            });
    try (Store store = server.open(way)) {
      return store.lookUp(TAG);
    }
  }

  @Test
  void anAuthorityThatNobodyKnowsIsNotBelievedAndIsAskedOnce() {
    try (FaultyServer server = kind.open(OURS)) {
      assertThatThrownBy(
              () -> look(server, "https://" + server.host(), false, Trust.JDK_ROOTS, Proxies.NONE))
          .isInstanceOf(StoreException.Untrusted.class)
          .hasMessageNotContaining(FaultyServer.SECRET);
    }
  }

  @Test
  void theAuthorityThatAParamNamesIsBelieved() throws IOException {
    try (FaultyServer server = kind.open(OURS)) {
      assertThat(look(server, "https://" + server.host(), false, authority(), Proxies.NONE))
          .isInstanceOf(Lookup.Absent.class);
    }
  }

  @Test
  void aCertificateOfAnotherHostIsNotBelieved() throws IOException {
    try (FaultyServer server = kind.open(OF_ANOTHER_HOST)) {
      assertThatThrownBy(
              () -> look(server, "https://" + server.host(), false, authority(), Proxies.NONE))
          .isInstanceOf(StoreException.Untrusted.class)
          .hasMessageContaining("subject alternative");
      assertThat(look(server, "https://" + server.host(), true, Trust.JDK_ROOTS, Proxies.NONE))
          .isInstanceOf(Lookup.Absent.class);
    }
  }

  @Test
  void aProxyIsToldItsOwnLoginAloneAndSeesNothingOfTheRequest() throws IOException {
    try (FaultyServer server = kind.open(OF_ANOTHER_HOST);
        FakeProxy proxy = new FakeProxy(server.host())) {
      Proxies proxies = Proxies.of(Map.of("HTTPS_PROXY", "http://me:mine@" + proxy.host()));
      assertThat(look(server, "https://elsewhere.invalid", true, Trust.JDK_ROOTS, proxies))
          .isInstanceOf(Lookup.Absent.class);
      assertThat(proxy.heads())
          .isNotEmpty()
          .allSatisfy(head ->
              assertThat(head)
                  .startsWith("CONNECT ")
                  .contains("elsewhere.invalid:443 ")
                  .doesNotContain(FaultyServer.SECRET, "\nAuthorization"));
    }
  }

  @Test
  void thereIsAWordForAProxyWhereNobodyListens() {
    try (FaultyServer server = kind.open(OURS)) {
      Proxies proxies = Proxies.of(Map.of("HTTPS_PROXY", "http://127.0.0.1:1"));
      FaultyServer.Way way =
          new FaultyServer.Way(
              "https://elsewhere.invalid",
              Limits.STANDARD,
              new RetryPolicy(
                  2, Duration.ofMillis(1), Duration.ofMillis(1), 4, Duration.ofSeconds(20)),
              false,
              authority(),
              proxies,
              retry -> {});
      assertThatThrownBy(
              () -> {
                try (Store store = server.open(way)) {
                  store.lookUp(TAG);
                }
              })
          .isInstanceOf(StoreException.Unreachable.class)
          .hasMessageContaining("http://127.0.0.1:1");
    }
  }
}
