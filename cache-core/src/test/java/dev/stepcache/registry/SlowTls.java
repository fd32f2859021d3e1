package dev.stepcache.registry;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Stands before a {@link FakeRegistry} with TLS: hands each connection on after a while, and tells
 * those who speak plain http at once what Go's servers tell them.
 */
final class SlowTls implements AutoCloseable {
  private static final int TLS = 0x16;
  private static final String WRONG =
      "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

  private final Listener listener;
  private final String registry;
  private final Duration delay;

  SlowTls(FakeRegistry registry, Duration delay) {
    this.registry = registry.host();
    this.delay = delay;
    listener = Listener.open(this::serve);
  }

  String host() {
    return listener.host();
  }

  private void serve(Socket client) throws IOException, InterruptedException {
    try (Socket behind = Listener.connect(registry)) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      in.mark(1);
      int first = in.read();
      in.reset();
      if (first != TLS) {
        client.getOutputStream().write(WRONG.getBytes(StandardCharsets.US_ASCII));
        client.shutdownOutput();
        in.transferTo(OutputStream.nullOutputStream());
        return;
      }
      Thread.sleep(delay);
      Listener.relay(in, client, behind);
    }
  }

  @Override
  public void close() {
    listener.close();
  }
}
