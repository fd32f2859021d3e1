package dev.stepcache.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/** TLS sockets for connections of which nobody said whom to trust: none. */
final class NoSockets extends SSLSocketFactory {
  private static IOException none() {
    return new IOException("a connection was to be made that nobody said whom to trust for");
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    throw none();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw none();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    throw none();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw none();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    throw none();
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return new String[0];
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return new String[0];
  }
}
