package dev.stepcache.registry;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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

  private final ServerSocket server;
  private final int registry;
  private final Duration delay;

  SlowTls(FakeRegistry registry, Duration delay) {
    this.registry = Integer.parseInt(registry.host().replaceFirst(".*:", ""));
    this.delay = delay;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), registry)) {
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
      Thread answers = Thread.ofVirtual().start(() -> copy(behind, client));
      in.transferTo(behind.getOutputStream());
      behind.shutdownOutput();
      answers.join();
    } catch (IOException e) {
      // One side went away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side went away.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
