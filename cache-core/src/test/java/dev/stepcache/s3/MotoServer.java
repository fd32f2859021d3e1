package dev.stepcache.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * moto, a server of S3, STS and more of AWS that keeps all in its memory, as a process over plain
 * http on this machine (PyPI's {@code moto[server]}). It believes every signature.
 */
public final class MotoServer implements AutoCloseable {
  private static final Path INSTALLED =
      Path.of(System.getProperty("user.home"), ".cache", "stepcache-moto", "bin", "moto_server");

  private final Process process;
  private final String host;

  private MotoServer(Path folder) {
    int port = freePort();
    this.host = "127.0.0.1:" + port;
    try {
      process =
          new ProcessBuilder(program().toString(), "-H", "127.0.0.1", "-p", Integer.toString(port))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("moto-" + port + ".log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitPort(port);
  }

  /** Whether the program is installed. */
  public static boolean available() {
    return find().isPresent();
  }

  private static Optional<Path> find() {
    return Stream.concat(
            Stream.of(INSTALLED),
            Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                .map(folder -> Path.of(folder, "moto_server")))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path program() {
    return find()
        .orElseThrow(
            () -> new AssertionError("moto_server is not installed: ./verify installs it"));
  }

  /** Starts one whose log lies in a folder. */
  public static MotoServer start(Path folder) {
    return new MotoServer(folder);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitPort(int port) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        pause();
      }
    }
    throw new AssertionError("moto_server did not start on " + host);
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@code http://127.0.0.1:port} */
  public String endpoint() {
    return "http://" + host;
  }

  /** Makes a bucket in us-east-1. */
  public void create(String bucket) throws IOException {
    send("PUT", "/" + bucket, "");
  }

  /** Asks it as an account that may do all, of whom nobody asks a signature. */
  public HttpResponse<String> send(String method, String path, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
