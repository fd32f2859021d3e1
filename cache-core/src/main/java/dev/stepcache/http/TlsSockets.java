package dev.stepcache.http;

import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS sockets that believe whom a {@link Trust} names. Each lingers for at most a second: without
 * that, closing one waits for whoever is stuck writing to it, and silence could not be ended.
 */
final class TlsSockets extends SSLSocketFactory {
  private final SSLSocketFactory factory;

  private TlsSockets(SSLSocketFactory factory) {
    this.factory = factory;
  }

  /** For hosts of the cluster's own services, or for all others. */
  static TlsSockets trusting(Trust trust, boolean service) throws IOException {
    try {
      List<Certificate> extra = trust.certificates(service);
      return of(
          extra.isEmpty() ? new TrustManager[0] : new TrustManager[] {new OrRoots(keys(extra))});
    } catch (GeneralSecurityException e) {
      throw new StoreException.Untrusted("trust a registry: " + e.getMessage(), e);
    }
  }

  /** Believes everybody. */
  static TlsSockets unverified() throws IOException {
    try {
      return of(new Credulous());
    } catch (GeneralSecurityException e) {
      throw new StoreException.Untrusted("use TLS: " + e.getMessage(), e);
    }
  }

  private static TlsSockets of(TrustManager... managers) throws GeneralSecurityException {
    if (managers.length == 0) {
      return new TlsSockets(SSLContext.getDefault().getSocketFactory());
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers, null);
    return new TlsSockets(context.getSocketFactory());
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

  private static Socket bounded(Socket socket) throws SocketException {
    socket.setSoLinger(true, 1);
    return socket;
  }

  @Override
  public Socket createSocket() throws IOException {
    return bounded(factory.createSocket());
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return bounded(factory.createSocket(socket, host, port, autoClose));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return bounded(factory.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return bounded(factory.createSocket(host, port, local, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return bounded(factory.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return bounded(factory.createSocket(host, port, local, localPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return factory.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return factory.getSupportedCipherSuites();
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
