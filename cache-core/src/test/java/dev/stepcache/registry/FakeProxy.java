package dev.stepcache.registry;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy that takes CONNECT only, wants a login, and leads every tunnel to one address of this
 * machine.
 */
final class FakeProxy implements AutoCloseable {
  private static final String LOG_IN =
      "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n"
          + "Connection: close\r\nContent-Length: 0\r\n\r\n";

  private final ServerSocket server;
  private final int target;
  private final List<String> heads = new CopyOnWriteArrayList<>();

  FakeProxy(String target) {
    this.target = Integer.parseInt(target.substring(target.indexOf(':') + 1));
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

  /** What each CONNECT said, its lines joined by newlines. */
  List<String> heads() {
    return List.copyOf(heads);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> tunnel(client));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private void tunnel(Socket client) {
    try (client;
        Socket registry = new Socket(InetAddress.getLoopbackAddress(), target)) {
      // The client says nothing behind its head before it was answered, so nothing is lost here.
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      StringBuilder head = new StringBuilder();
      for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
        head.append(line).append('\n');
      }
      heads.add(head.toString());
      if (!head.toString().toLowerCase(Locale.ROOT).contains("proxy-authorization: ")) {
        client.getOutputStream().write(LOG_IN.getBytes(StandardCharsets.US_ASCII));
        return;
      }
      client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Thread back = Thread.ofVirtual().start(() -> copy(registry, client));
      copy(client, registry);
      back.join();
    } catch (IOException e) {
      // One side went away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
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
