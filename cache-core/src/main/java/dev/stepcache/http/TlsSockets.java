package dev.stepcache.http;

import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * TLS on a connection, with those whom a {@link Trust} names, or with anybody. A proxy must always
 * be one of the former: it is told a password.
 */
final class TlsSockets implements TlsSocketStrategy {
  private final Trust trust;
  private final boolean insecure;
  private final Proxies proxies;

  private enum Believed {
    ANYBODY,
    TRUSTED,
    TRUSTED_OR_SERVICE
  }

  /** Made at the first use. */
  private final Map<Believed, SSLSocketFactory> factories = new EnumMap<>(Believed.class);

  TlsSockets(Trust trust, boolean insecure, Proxies proxies) {
    this.trust = trust;
    this.insecure = insecure;
    this.proxies = proxies;
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String host, int port, @Nullable Object attachment, HttpContext context)
      throws IOException {
    if (!isProxy(host, port)) {
      return upgraded(socket, host, port, insecure, context);
    }
    try {
      return upgraded(socket, host, port, false, context);
    } catch (IOException e) {
      throw WireException.ofProxy(host + ":" + port, e);
    }
  }

  private boolean isProxy(String host, int port) {
    return proxies
        .servers()
        .map(ProxySetting.Server::origin)
        .anyMatch(proxy -> proxy.secure() && proxy.port() == port && proxy.bareHost().equals(host));
  }

  private SSLSocket upgraded(
      Socket socket, String host, int port, boolean anybody, HttpContext context)
      throws IOException {
    SSLSocket tls = (SSLSocket) factory(host, anybody).createSocket(socket, host, port, true);
    if (!anybody) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
    }
    Timeout silence =
        HttpClientContext.cast(context).getRequestConfigOrDefault().getResponseTimeout();
    tls.setSoTimeout(silence.toMillisecondsIntBound());
    tls.startHandshake();
    return tls;
  }

  private synchronized SSLSocketFactory factory(String host, boolean anybody) throws IOException {
    Believed believed =
        anybody
            ? Believed.ANYBODY
            : trust.isService(host) ? Believed.TRUSTED_OR_SERVICE : Believed.TRUSTED;
    SSLSocketFactory made = factories.get(believed);
    if (made == null) {
      try {
        made = context(believed).getSocketFactory();
      } catch (GeneralSecurityException e) {
        throw new StoreException.Untrusted("trust a registry: " + e.getMessage(), e);
      }
      factories.put(believed, made);
    }
    return made;
  }

  private SSLContext context(Believed believed) throws GeneralSecurityException, IOException {
    if (believed == Believed.ANYBODY) {
      return contextOf(new TrustAll());
    }
    List<Certificate> extra = trust.certificates(believed == Believed.TRUSTED_OR_SERVICE);
    return extra.isEmpty() ? SSLContext.getDefault() : contextOf(new CompositeTrust(keys(extra)));
  }

  private static SSLContext contextOf(TrustManager manager) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {manager}, null);
    return context;
  }

  private static KeyStore keys(List<Certificate> certificates)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    return store;
  }

  /** Extended, since the JDK wraps others in a check of the host name. */
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
