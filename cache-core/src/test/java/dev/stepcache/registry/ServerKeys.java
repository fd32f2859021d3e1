package dev.stepcache.registry;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** What an https server proves itself with: a PKCS12 file with the password {@code changeit}. */
final class ServerKeys {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private ServerKeys() {}

  /** A server with these keys, not yet started. */
  static HttpsServer server(InetSocketAddress address, InputStream keys) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(keys, PASSWORD);
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      HttpsServer server = HttpsServer.create(address, 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      return server;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
