package dev.stepcache.http;

import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HashMap;
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

/** TLS on a connection, with those whom a {@link Trust} names, or with anybody. */
final class TlsSockets implements TlsSocketStrategy {
  private final Trust trust;
  private final boolean insecure;

  /** By whether they are for the cluster's own services; made at the first use. */
  private final Map<Boolean, SSLSocketFactory> factories = new HashMap<>();

  TlsSockets(Trust trust, boolean insecure) {
    this.trust = trust;
    this.insecure = insecure;
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String host, int port, @Nullable Object attachment, HttpContext context)
      throws IOException {
    SSLSocket tls = (SSLSocket) factory(host).createSocket(socket, host, port, true);
    if (!insecure) {
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

  private synchronized SSLSocketFactory factory(String host) throws IOException {
    boolean service = trust.isService(host);
    SSLSocketFactory made = factories.get(service);
    if (made == null) {
      try {
        made = context(service).getSocketFactory();
      } catch (GeneralSecurityException e) {
        throw new StoreException.Untrusted("trust a registry: " + e.getMessage(), e);
      }
      factories.put(service, made);
    }
    return made;
  }

  private SSLContext context(boolean service) throws GeneralSecurityException, IOException {
    if (insecure) {
      return context(new Credulous());
    }
    List<Certificate> extra = trust.certificates(service);
    return extra.isEmpty() ? SSLContext.getDefault() : context(new OrRoots(keys(extra)));
  }

  private static SSLContext context(TrustManager manager) throws GeneralSecurityException {
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
  private static final class Credulous extends X509ExtendedTrustManager {
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
