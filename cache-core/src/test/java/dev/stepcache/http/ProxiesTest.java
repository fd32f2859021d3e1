package dev.stepcache.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.store.StoreException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  private static Optional<String> proxy(Map<String, String> environment, String url)
      throws StoreException {
    return Proxies.of(environment)
        .proxyFor(Origin.of(URI.create(url)))
        .map(ProxySetting.Server::toString);
  }

  @Test
  void choosesByTheSchemeOfTheTarget() throws StoreException {
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
  void leavesOutWhatNoProxyNames(String entry, String host, boolean direct) throws StoreException {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "first.example, " + entry);

    assertThat(proxy(environment, "https://" + host + "/").isEmpty()).isEqualTo(direct);
  }

  @ParameterizedTest
  @CsvSource({
    "http://corp_proxy:3128, http://corp_proxy:3128, ",
    "corp_proxy, http://corp_proxy:80, ",
    "https://Corp-Proxy/, https://corp-proxy:443, ",
    "HTTPS://p:8443/?x, https://p:8443, ",
    "'  http://p:1  ', http://p:1, ",
    "http://me:p|q\"r s@p:1, http://p:1, me:p|q\"r s",
    "http://me:p@ss%20%40%@p:1, http://p:1, me:p@ss @%",
    "me:mine@10.0.0.7:1, http://10.0.0.7:1, me:mine",
    "http://[fd00::7]:1, http://[fd00::7]:1, "
  })
  void takesWhatCurlTakesForAProxy(String value, String server, String login) {
    ProxySetting setting = ProxySetting.of("HTTPS_PROXY", value).orElseThrow();

    assertThat(setting)
        .hasToString(server)
        .isInstanceOfSatisfying(
            ProxySetting.Server.class,
            found -> assertThat(found.login()).isEqualTo(Optional.ofNullable(login)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://me:s3cret@p:1",
        "http://me:s3cret@",
        "http://me:s3/cret@p:1",
        "http://me:s3cret@p q:1",
        "http://me:s3cret@p:99999",
        "http://me:s3cret@p:port",
        "http://me:s3cret@pröxy:1"
      })
  void goesRoundNoProxyThatItCannotUse(String value) throws StoreException {
    Map<String, String> environment =
        Map.of("https_proxy", value, "NO_PROXY", "near.example", "HTTP_PROXY", "p:1");

    assertThatThrownBy(() -> proxy(environment, "https://far.example/"))
        .isInstanceOf(StoreException.Unreachable.class)
        .hasMessageContaining("https_proxy names no proxy that can be used")
        .hasMessageNotContaining("s3");
    assertThat(proxy(environment, "https://near.example/")).isEmpty();
    assertThat(proxy(environment, "http://far.example/")).contains("http://p:1");
    assertThat(Proxies.of(environment).toString()).doesNotContain("s3");
  }

  @Test
  void reachesThisMachineDirectly() throws StoreException {
    Map<String, String> environment = Map.of("HTTPS_PROXY", "http://p:1");

    assertThat(proxy(environment, "https://localhost:5000/")).isEmpty();
    assertThat(proxy(environment, "https://127.0.0.1:5000/")).isEmpty();
    assertThat(proxy(environment, "https://[::1]:5000/")).isEmpty();
  }
}
