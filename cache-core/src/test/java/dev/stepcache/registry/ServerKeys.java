package dev.stepcache.registry;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** What an https server proves itself with: a PKCS12 file with the password {@code changeit}. */
public final class ServerKeys {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private ServerKeys() {}

  /** A file with the keys of this machine, by the names that it has of itself alone. */
  public static Path ofThisMachine(Path folder) {
    return FakeRegistry.resource(folder, "localhost.p12");
  }

  /** What such a file is opened with. */
  public static String password() {
    return new String(PASSWORD);
  }

  /** A server with these keys, not yet started. */
  static HttpsServer server(InetSocketAddress address, InputStream keys) throws IOException {
    HttpsServer server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
    return server;
  }

  /**
   * A server on a free port of this machine, not yet started.
   *
   * @param keys a resource; empty for plain http
   */
  public static HttpServer serverOfResource(String keys) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (InputStream in = ServerKeys.class.getResourceAsStream("/registry/" + keys)) {
      return keys.isEmpty() ? HttpServer.create(address, 0) : server(address, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** TLS on a connection that a client opened, to whom it is proved with these keys. */
  static Socket upgrade(Socket client, InputStream keys) throws IOException {
    SSLSocket tls = (SSLSocket) context(keys).getSocketFactory().createSocket(client, null, true);
    tls.setUseClientMode(false);
    return tls;
  }

  private static SSLContext context(InputStream keys) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(keys, PASSWORD);
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
