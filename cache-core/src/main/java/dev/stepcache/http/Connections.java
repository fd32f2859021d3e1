package dev.stepcache.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** How the library is set up: it connects, keeps alive and speaks HTTP/1.1, and does no more. */
final class Connections {
  /** More than anybody has requests under way: nobody waits for a connection. */
  private static final int MOST = 256;

  /** A server that closes what it was just asked on says so in its answer. */
  private static final TimeValue FRESH = TimeValue.ofMilliseconds(250);

  private Connections() {}

  static PoolingHttpClientConnectionManager pool(Trust trust, boolean insecure, Limits limits) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setTlsSocketStrategy(new TlsSockets(trust, insecure))
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder()
                .responseParserFactory(Interims::new)
                .build())
        .setMaxConnPerRoute(MOST)
        .setMaxConnTotal(MOST)
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(limits.connect()))
                .setSocketTimeout(Timeout.of(limits.silence()))
                .setValidateAfterInactivity(FRESH)
                .build())
        .build();
  }

  static CloseableHttpClient client(PoolingHttpClientConnectionManager pool, Proxies proxies) {
    HttpClientBuilder client =
        HttpClientBuilder.create()
            .setConnectionManager(pool)
            .setRoutePlanner((target, context) -> route(target, proxies))
            .setUserAgent("stepcache")
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableContentCompression()
            .disableConnectionState()
            .disableCookieManagement();
    proxies
        .https()
        .filter(proxy -> proxy.getUserInfo() != null)
        .ifPresent(proxy -> {
          BasicCredentialsProvider login = new BasicCredentialsProvider();
          login.setCredentials(new AuthScope(host(proxy)), credentials(proxy.getUserInfo()));
          client.setDefaultCredentialsProvider(login);
        });
    return client.build();
  }

  /** A login for tunnels alone: registries are told nothing. */
  private static UsernamePasswordCredentials credentials(String userInfo) {
    List<String> parts = List.of(userInfo.split(":", 2));
    String password = parts.size() < 2 ? "" : parts.get(1);
    return new UsernamePasswordCredentials(parts.getFirst(), password.toCharArray());
  }

  private static HttpRoute route(HttpHost target, Proxies proxies) {
    boolean secure = target.getSchemeName().equals("https");
    Optional<URI> proxy =
        proxies.proxyFor(
            new Origin(target.getSchemeName(), target.getHostName(), target.getPort()));
    return proxy
        .map(through -> new HttpRoute(target, null, host(through), secure))
        .orElseGet(() -> new HttpRoute(target, null, secure));
  }

  /** A proxy is spoken to without TLS. */
  private static HttpHost host(URI proxy) {
    int port = proxy.getPort() >= 0 ? proxy.getPort() : 80;
    return new HttpHost("http", bare(proxy.getHost().toLowerCase(Locale.ROOT)), port);
  }

  static HttpHost host(Origin target) {
    return new HttpHost(target.scheme(), bare(target.host()), target.port());
  }

  /** The library wants an IPv6 address without its brackets. */
  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
