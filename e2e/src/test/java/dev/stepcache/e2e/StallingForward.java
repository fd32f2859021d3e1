package dev.stepcache.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A way to a registry on which answers stop for ever once so many bytes of them have passed: so a
 * step can be met in the midst of its work, however fast the machine is.
 */
final class StallingForward implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final AtomicLong left;
  private final int port;

  private StallingForward(int port, long bytes) throws IOException {
    this.port = port;
    this.left = new AtomicLong(bytes);
  }

  static StallingForward to(String host, long bytes) throws IOException {
    int port = Integer.parseInt(host.substring(host.indexOf(':') + 1));
    StallingForward forward = new StallingForward(port, bytes);
    Thread.ofVirtual().start(forward::accept);
    return forward;
  }

  String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  boolean stalls() {
    return left.get() <= 0;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket registry = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(client);
        sockets.add(registry);
        Thread.ofVirtual().start(() -> copy(client, registry, false));
        Thread.ofVirtual().start(() -> copy(registry, client, true));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void copy(Socket from, Socket to, boolean stalling) {
    byte[] buffer = new byte[1 << 14];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (stalling && left.addAndGet(-read) <= 0) {
          return;
        }
        out.write(buffer, 0, read);
      }
      to.close();
    } catch (IOException e) {
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
