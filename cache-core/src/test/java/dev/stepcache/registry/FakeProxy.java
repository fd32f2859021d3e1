package dev.stepcache.registry;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy that takes CONNECT only, wants a login, and leads every tunnel to one address of this
 * machine.
 */
public final class FakeProxy implements AutoCloseable {
  private static final String LOG_IN =
      "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n"
          + "Connection: close\r\nContent-Length: 0\r\n\r\n";

  private final Listener listener;
  private final String target;
  private final List<String> heads = new CopyOnWriteArrayList<>();

  public FakeProxy(String target) {
    this.target = target;
    listener = Listener.open(this::tunnel);
  }

  /**
   * One that is spoken to over TLS.
   *
   * @param keys what it proves itself with, a resource
   */
  public FakeProxy(String target, String keys) {
    this.target = target;
    listener =
        Listener.open(client -> {
          try (InputStream in = FakeProxy.class.getResourceAsStream("/registry/" + keys);
              Socket tls = ServerKeys.upgrade(client, in)) {
            tunnel(tls);
          }
        });
  }

  public String host() {
    return listener.host();
  }

  /** What each CONNECT said, its lines joined by newlines. */
  public List<String> heads() {
    return List.copyOf(heads);
  }

  private void tunnel(Socket client) throws IOException, InterruptedException {
    try (Socket registry = Listener.connect(target)) {
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
      Listener.relay(client.getInputStream(), client, registry);
    }
  }

  @Override
  public void close() {
    listener.close();
  }
}
