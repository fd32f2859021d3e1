package dev.stepcache.http;

import dev.stepcache.store.StoreException;
import java.util.List;
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
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** How the library is set up: it connects, keeps alive and speaks HTTP/1.1, and does no more. */
final class Connections {
  /** More than anybody has requests under way: nobody waits for a connection. */
  private static final int MOST = 256;

  /** A server that closes what it was just asked on says so in its answer. */
  private static final TimeValue FRESH = TimeValue.ofMilliseconds(250);

  /** Digests are of what is stored: who says nothing may be sent it in any encoding (RFC 9110). */
  private static final List<Header> AS_IT_IS =
      List.of(new BasicHeader(HttpHeaders.ACCEPT_ENCODING, "identity"));

  private Connections() {}

  static PoolingHttpClientConnectionManager pool(
      Trust trust, boolean insecure, Proxies proxies, Limits limits) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setTlsSocketStrategy(new TlsSockets(trust, insecure, proxies))
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
            .setRequestExecutor(new Exchange())
            .setUserAgent("stepcache")
            .setDefaultHeaders(AS_IT_IS)
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableContentCompression()
            .disableConnectionState()
            .disableCookieManagement();
    BasicCredentialsProvider logins = new BasicCredentialsProvider();
    proxies
        .https()
        .filter(ProxySetting.Server.class::isInstance)
        .map(ProxySetting.Server.class::cast)
        .ifPresent(proxy ->
            proxy
                .login()
                .ifPresent(login ->
                    logins.setCredentials(
                        new AuthScope(host(proxy.origin())), credentials(login))));
    return client.setDefaultCredentialsProvider(logins).build();
  }

  /** A login for tunnels alone: registries are told nothing. */
  private static UsernamePasswordCredentials credentials(String userInfo) {
    List<String> parts = List.of(userInfo.split(":", 2));
    String password = parts.size() < 2 ? "" : parts.get(1);
    return new UsernamePasswordCredentials(parts.getFirst(), password.toCharArray());
  }

  private static HttpRoute route(HttpHost target, Proxies proxies) throws HttpException {
    boolean secure = target.getSchemeName().equals("https");
    Optional<ProxySetting.Server> proxy;
    try {
      proxy =
          proxies.proxyFor(
              new Origin(target.getSchemeName(), target.getHostName(), target.getPort()));
    } catch (StoreException e) {
      throw new HttpException(e.getMessage(), e);
    }
    return proxy
        .map(through -> new HttpRoute(target, null, host(through.origin()), secure))
        .orElseGet(() -> new HttpRoute(target, null, secure));
  }

  /** A registry or a proxy; by its scheme the library knows whether to speak TLS to it. */
  static HttpHost host(Origin target) {
    return new HttpHost(target.scheme(), target.bareHost(), target.port());
  }
}
