package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThroughAProxyTest {
  /** A proxy where nobody listens. */
  private static final String NOBODY = "http://127.0.0.1:1";

  @TempDir Path folder;

  private RegistryStore store(boolean insecure, Trust trust, String variable, String proxy) {
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse("elsewhere.invalid/ci/cache"),
            new Login.Basic("alice", "wonder:land"),
            trust,
            insecure,
            Proxies.of(Map.of(variable, proxy)),
            Limits.STANDARD,
            RegistryCase.POLICY,
            retry -> {}));
  }

  private Trust trust() {
    return new Trust(Optional.of(FakeRegistry.authority(folder)), List.of(), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void reachesARegistryWhoseNameOnlyTheProxyKnows(boolean tls) throws IOException {
    try (FakeRegistry registry = FakeRegistry.tlsOfAnotherHost();
        FakeProxy proxy =
            tls ? new FakeProxy(registry.host(), "localhost.p12") : new FakeProxy(registry.host());
        RegistryStore store =
            store(
                false,
                trust(),
                "HTTPS_PROXY",
                (tls ? "https" : "http") + "://me:mine@" + proxy.host())) {
      assertThat(store.manifest(new Tag("v1"))).isEmpty();

      assertThat(proxy.heads()).hasSize(2);
      assertThat(proxy.heads().getFirst())
          .startsWith("CONNECT elsewhere.invalid:443 ")
          .doesNotContainIgnoringCase("authorization");
      assertThat(proxy.heads().getLast())
          .startsWith("CONNECT elsewhere.invalid:443 ")
          .containsIgnoringCase("Proxy-Authorization: Basic bWU6bWluZQ==")
          .doesNotContain("\nAuthorization");
      assertThat(registry.seen())
          .singleElement()
          .satisfies(seen -> assertThat(seen.header("Proxy-authorization")).isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({"localhost.p12, false", "elsewhere.p12, true", "service.p12, false"})
  void tellsAProxyNothingThatIsNotBelievedHoweverInsecureTheRegistryMayBe(
      String keys, boolean authority) {
    Trust trust = authority ? trust() : Trust.JDK_ROOTS;
    try (FakeRegistry registry = FakeRegistry.tlsOfAnotherHost();
        FakeProxy proxy = new FakeProxy(registry.host(), keys);
        RegistryStore strict =
            store(false, trust, "HTTPS_PROXY", "https://me:mine@" + proxy.host());
        RegistryStore insecure =
            store(true, trust, "HTTPS_PROXY", "https://me:mine@" + proxy.host())) {
      assertThatThrownBy(() -> strict.manifest(new Tag("v1")))
          .isInstanceOf(StoreException.Untrusted.class)
          .hasMessageContaining("proxy " + proxy.host() + ": ")
          .hasMessageNotContaining("mine");
      assertThatThrownBy(() -> insecure.manifest(new Tag("v1"))).isInstanceOf(StoreException.class);
      assertThat(proxy.heads()).isEmpty();
      assertThat(registry.seen()).isEmpty();
    }
  }

  @Test
  void saysOfAProxyThatItSpeaksNoTls() {
    try (FakeRegistry plain = FakeRegistry.plain();
        FaultyWire wire = new FaultyWire(plain);
        RegistryStore store =
            store(false, trust(), "HTTPS_PROXY", "https://me:mine@" + wire.host())) {
      wire.answersTls(WireFault.says("HTTP/1.1 400 Bad Request\r\n\r\n"));
      assertThatThrownBy(() -> store.manifest(new Tag("v1")))
          .isInstanceOf(StoreException.Untrusted.class)
          .hasMessageContaining("proxy " + wire.host() + ": it speaks no TLS");
      assertThat(wire.seen()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsAProxyForPlainHttpItsLoginOnceThatIsAskedFor(boolean tls) throws IOException {
    try (FakeRegistry proxy = tls ? FakeRegistry.tls() : FakeRegistry.plain();
        RegistryStore store =
            store(true, trust(), "HTTP_PROXY", proxy.url().replace("://", "://me:mine@"))) {
      proxy.fault(
          "GET",
          "http://elsewhere.invalid",
          Fault.status(407, "", "Proxy-Authenticate", "Basic realm=\"proxy\""));
      assertThat(store.manifest(new Tag("v1"))).isEmpty();
      assertThat(store.manifest(new Tag("v2"))).isEmpty();

      assertThat(proxy.seen()).hasSize(4);
      assertThat(proxy.seen().getFirst().header("Proxy-authorization")).isEmpty();
      assertThat(proxy.seen().subList(1, 4))
          .allSatisfy(seen ->
              assertThat(seen.header("Proxy-authorization")).contains("Basic bWU6bWluZQ=="));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "docker.io/cache, registry-1.docker.io:80/v2/library/cache",
    "index.docker.io/cache, registry-1.docker.io:80/v2/library/cache",
    "registry-1.docker.io/cache, registry-1.docker.io:80/v2/library/cache",
    "docker.io/me/cache, registry-1.docker.io:80/v2/me/cache",
    "x.mydocker.io/cache, x.mydocker.io:80/v2/cache",
    "mirror.docker.io/cache, mirror.docker.io:80/v2/cache"
  })
  void asksDockerHubAloneForAnOfficialImage(String image, String asked) throws IOException {
    try (FakeRegistry proxy = FakeRegistry.plain();
        RegistryStore store =
            new RegistryStore(
                new RegistrySettings(
                    ImageReference.parse(image),
                    new Login.Anonymous(),
                    Trust.JDK_ROOTS,
                    true,
                    Proxies.of(Map.of("http_proxy", proxy.host(), "https_proxy", NOBODY)),
                    retry -> {}))) {
      assertThat(store.manifest(new Tag("v1"))).isEmpty();
      assertThat(proxy.seen().getLast().path()).startsWith("http://" + asked + "/manifests/");
    }
  }

  @Test
  void saysThatItIsTheProxyThatWantsALogin() {
    try (FakeRegistry registry = FakeRegistry.tlsOfAnotherHost();
        FakeProxy proxy = new FakeProxy(registry.host());
        RegistryStore store = store(false, trust(), "HTTPS_PROXY", proxy.host())) {
      assertThatThrownBy(() -> store.manifest(new Tag("v1")))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("proxy answered 407");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:1", "proxy.invalid:1"})
  void saysThatItIsTheProxyThatCannotBeReached(String proxy) {
    try (RegistryStore store = store(false, trust(), "HTTPS_PROXY", "http://me:mine@" + proxy)) {
      assertThatThrownBy(() -> store.manifest(new Tag("v1")))
          .isInstanceOf(StoreException.Unreachable.class)
          .hasMessageContaining("proxy http://" + proxy + ": ")
          .hasMessageNotContaining("mine");
    }
  }

  @Test
  void asksNobodyWhereTheProxyCannotBeUsed() {
    try (RegistryStore store = store(true, trust(), "HTTPS_PROXY", "socks5://me:mine@p:1")) {
      assertThatThrownBy(() -> store.manifest(new Tag("v1")))
          .isInstanceOf(StoreException.Unreachable.class)
          .hasMessageContaining("HTTPS_PROXY names no proxy that can be used")
          .hasMessageNotContaining("mine");
    }
  }
}
