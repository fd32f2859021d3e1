package dev.stepcache.e2e;

import dev.stepcache.registry.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A way to a registry on which answers stop for ever once so many bytes of them have passed: so a
 * step can be met in the midst of its work, however fast the machine is.
 */
final class StallingForward implements AutoCloseable {
  private final Listener listener;
  private final String registry;
  private final AtomicLong left;

  private StallingForward(String registry, long bytes) {
    this.registry = registry;
    this.left = new AtomicLong(bytes);
    listener = Listener.open(this::serve);
  }

  static StallingForward to(String host, long bytes) {
    return new StallingForward(host, bytes);
  }

  String host() {
    return listener.host();
  }

  boolean stalls() {
    return left.get() <= 0;
  }

  @Override
  public void close() {
    listener.close();
  }

  private void serve(Socket client) throws IOException {
    try (Socket behind = Listener.connect(registry)) {
      Thread.ofVirtual().start(() -> answer(client, behind));
      client.getInputStream().transferTo(behind.getOutputStream());
    }
  }

  private void answer(Socket client, Socket behind) {
    byte[] buffer = new byte[1 << 14];
    try {
      InputStream in = behind.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (left.addAndGet(-read) <= 0) {
          return;
        }
        client.getOutputStream().write(buffer, 0, read);
      }
      client.close();
    } catch (IOException e) {
      // One side went away.
    }
  }
}
