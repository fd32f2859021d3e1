package dev.stepcache.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxiesTest {
  private static Optional<String> proxy(Map<String, String> environment, String url) {
    return Proxies.of(environment).proxyFor(Origin.of(URI.create(url))).map(URI::toString);
  }

  @Test
  void choosesByTheSchemeOfTheTarget() {
    Map<String, String> environment =
        Map.of("HTTP_PROXY", "http://p:1", "https_proxy", "q:2", "HTTPS_PROXY", "http://r:3");

    assertThat(proxy(environment, "http://a/")).contains("http://p:1");
    assertThat(proxy(environment, "https://a/")).contains("http://q:2");
    assertThat(proxy(Map.of(), "https://a/")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    ".svc, r.ns.svc, true",
    "svc, r.ns.svc, true",
    ".svc, svcs, false",
    "example.com, EXAMPLE.com, true",
    "example.com, badexample.com, false",
    "*.example.com, a.example.com, true",
    "example.com:443, example.com, true",
    "example.com:444, example.com, false",
    "10.0.0.0/8, 10.200.3.4, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.0.0.0/8, ten.example, false",
    "192.168.1.128/25, 192.168.1.127, false",
    "10.1.2.3, 10.1.2.3, true",
    "fd00::/8, [fd12::1], true",
    "fd00::/8, 10.0.0.1, false",
    "10.0.0.0/99, 10.0.0.1, false",
    "*, anything, true"
  })
  void leavesOutWhatNoProxyNames(String entry, String host, boolean direct) {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "first.example, " + entry);

    assertThat(proxy(environment, "https://" + host + "/").isEmpty()).isEqualTo(direct);
  }

  @Test
  void reachesThisMachineDirectly() {
    Map<String, String> environment = Map.of("HTTPS_PROXY", "http://p:1");

    assertThat(proxy(environment, "https://localhost:5000/")).isEmpty();
    assertThat(proxy(environment, "https://127.0.0.1:5000/")).isEmpty();
    assertThat(proxy(environment, "https://[::1]:5000/")).isEmpty();
  }
}
