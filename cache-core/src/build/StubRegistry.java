import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * As much of a distribution registry as a training run needs: TLS, a token for a login, blobs with
 * Range, uploads in one or more pieces, manifests by tag and digest. Kept in a folder, so that one
 * step's training serves the next.
 */
final class StubRegistry implements AutoCloseable {
  private static final String LOGIN = "training:training";
  private static final String TOKEN = "training-token";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private final Path folder;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private StubRegistry(Path folder, HttpsServer server) {
    this.folder = folder;
    this.server = server;
  }

  static StubRegistry start(Path folder, StubCertificate certificate)
      throws IOException, GeneralSecurityException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpsServer server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    StubRegistry registry = new StubRegistry(folder, server);
    Files.createDirectories(folder.resolve("blobs"));
    Files.createDirectories(folder.resolve("manifests"));
    Files.createDirectories(folder.resolve("uploads"));
    server.setExecutor(registry.threads);
    server.createContext("/", registry::answer);
    server.start();
    return registry;
  }

  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Writes a docker config with the login that this registry wants, and names the home folder that
   * it lies in.
   */
  Path writeLogin(Path parent) throws IOException {
    Path home = parent.resolve("home");
    Path docker = Files.createDirectories(home.resolve(".docker"));
    String auth = Base64.getEncoder().encodeToString(LOGIN.getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        docker.resolve("config.json"),
        "{\"auths\":{\"" + authority() + "\":{\"auth\":\"" + auth + "\"}}}");
    return home;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String last = path.substring(path.lastIndexOf('/') + 1);
      if (path.equals("/token")) {
        send(exchange, "application/json", ("{\"token\":\"" + TOKEN + "\"}").getBytes());
      } else if (!("Bearer " + TOKEN)
          .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        String realm = "https://" + authority() + "/token";
        exchange
            .getResponseHeaders()
            .set("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"training\"");
        exchange.sendResponseHeaders(401, -1);
      } else if (path.contains("/blobs/uploads/")) {
        upload(exchange, path, last);
      } else if (path.contains("/blobs/")) {
        blob(exchange, folder.resolve("blobs").resolve(last));
      } else if (path.contains("/manifests/")) {
        manifest(exchange, last);
      } else {
        exchange.sendResponseHeaders(path.equals("/v2/") ? 200 : 404, -1);
      }
    }
  }

  private void upload(HttpExchange exchange, String path, String session) throws IOException {
    if (exchange.getRequestMethod().equals("POST")) {
      String name = UUID.randomUUID().toString();
      Files.createFile(folder.resolve("uploads").resolve(name));
      exchange.getResponseHeaders().set("Location", path + name);
      exchange.sendResponseHeaders(202, -1);
      return;
    }
    Path file = folder.resolve("uploads").resolve(session);
    try (InputStream body = exchange.getRequestBody();
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      body.transferTo(out);
    }
    exchange.getResponseHeaders().set("Location", path);
    if (exchange.getRequestMethod().equals("PATCH")) {
      exchange.getResponseHeaders().set("Range", "0-" + (Files.size(file) - 1));
      exchange.sendResponseHeaders(202, -1);
      return;
    }
    String digest = exchange.getRequestURI().getQuery().replaceFirst(".*digest=([^&]*).*", "$1");
    Files.move(file, folder.resolve("blobs").resolve(digest), StandardCopyOption.REPLACE_EXISTING);
    exchange.sendResponseHeaders(201, -1);
  }

  private void manifest(HttpExchange exchange, String reference) throws IOException {
    Path file = folder.resolve("manifests").resolve(reference);
    if (exchange.getRequestMethod().equals("PUT")) {
      byte[] manifest = exchange.getRequestBody().readAllBytes();
      Files.write(file, manifest);
      Files.write(file.resolveSibling(digest(manifest)), manifest);
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest(manifest));
      exchange.sendResponseHeaders(201, -1);
    } else if (Files.exists(file)) {
      byte[] manifest = Files.readAllBytes(file);
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest(manifest));
      send(exchange, MANIFEST, manifest);
    } else {
      exchange.sendResponseHeaders(404, -1);
    }
  }

  private static void blob(HttpExchange exchange, Path file) throws IOException {
    if (!Files.exists(file)) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    long size = Files.size(file);
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      send(exchange, file, 200, 0, size);
      return;
    }
    String[] ends = range.substring("bytes=".length()).split("-", -1);
    long from = Long.parseLong(ends[0]);
    long to = ends[1].isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(ends[1]));
    exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + size);
    send(exchange, file, 206, from, to - from + 1);
  }

  private static void send(HttpExchange exchange, Path file, int status, long from, long length)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = exchange.getResponseBody()) {
      in.skipNBytes(from);
      byte[] buffer = new byte[64 * 1024];
      for (long left = length; left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        out.write(buffer, 0, read);
        left -= read;
      }
    }
  }

  private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "sha256:" + HexFormat.of().formatHex(sum);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
