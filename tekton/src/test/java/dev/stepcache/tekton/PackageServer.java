package dev.stepcache.tekton;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Serves the packages of a build tool, and remembers what it was asked for. */
final class PackageServer implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Set<String> packages = ConcurrentHashMap.newKeySet();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  PackageServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      requests.add(exchange.getRequestMethod() + " " + path);
      byte[] file = files.get(path);
      String type = path.endsWith("/") ? "text/html" : "application/octet-stream";
      exchange.getResponseHeaders().set("Content-Type", type);
      if (packages.contains(path)) {
        // As PyPI says of its files; pip and poetry keep nothing without it.
        exchange.getResponseHeaders().set("Cache-Control", "max-age=365000000, immutable, public");
      }
      if (file == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        exchange.sendResponseHeaders(200, file.length);
        exchange.getResponseBody().write(file);
      }
    }
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void put(String path, byte[] file) {
    files.put(path, file);
  }

  /** The file is a package, not what is said of one. */
  void putPackage(String path, byte[] file) {
    packages.add(path);
    put(path, file);
  }

  /** All requests so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** How many of the requests were for a package. */
  int downloads() {
    return (int)
        requests.stream()
            .filter(request -> request.startsWith("GET "))
            .filter(request -> packages.contains(request.substring("GET ".length())))
            .count();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
