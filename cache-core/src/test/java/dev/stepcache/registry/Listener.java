package dev.stepcache.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port of this machine, each connection to which is served in a thread of its own. It is open
 * until it is closed, and so are the connections that are still served then.
 */
public final class Listener implements AutoCloseable {
  /** What becomes of a connection; it ends when this returns, or when one side goes away. */
  @FunctionalInterface
  public interface Service {
    void serve(Socket client) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Service service;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

  private Listener(ServerSocket server, Service service) {
    this.server = server;
    this.service = service;
  }

  /** Listens on any port that is free. */
  public static Listener open(Service service) {
    try {
      Listener listener =
          new Listener(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), service);
      Thread.ofVirtual().start(listener::accept);
      return listener;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connection to another server of this machine, by its {@code host:port}. */
  public static Socket connect(String host) throws IOException {
    int port = Integer.parseInt(host.substring(host.indexOf(':') + 1));
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  /**
   * Hands on what a client says, and what it is answered, until both have ended.
   *
   * @param in what the client says, of which something may have been read ahead
   */
  static void relay(InputStream in, Socket client, Socket behind)
      throws IOException, InterruptedException {
    Thread answers = Thread.ofVirtual().start(() -> answer(client, behind));
    in.transferTo(behind.getOutputStream());
    behind.shutdownOutput();
    answers.join();
  }

  private static void answer(Socket client, Socket behind) {
    try {
      behind.getInputStream().transferTo(client.getOutputStream());
      client.shutdownOutput();
    } catch (IOException e) {
      // One side went away.
    }
  }

  /** {@code 127.0.0.1:port} */
  public String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        clients.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // It is closed, or a client went away before it was heard.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      service.serve(client);
    } catch (IOException e) {
      // One side went away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.remove(client);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket client : clients) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
