package dev.stepcache.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The program fake-gcs-server, which keeps buckets in memory, over plain http on this machine.
 * {@code ./verify --long} installs it below {@code ~/.cache}. It deletes whatever the condition.
 */
public final class GoogleEmulator implements AutoCloseable {
  private final Process process;
  private final String host;

  private GoogleEmulator(Process process, String host) {
    this.process = process;
    this.host = host;
  }

  /** Whether the program is installed. */
  public static boolean available() {
    return find().isPresent();
  }

  private static Optional<Path> find() {
    return Stream.concat(
            Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                .map(Path::of),
            Stream.of(
                Path.of(System.getenv().getOrDefault("HOME", "/"), ".cache", "stepcache-gcs")))
        .map(folder -> folder.resolve("fake-gcs-server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A server that has one empty bucket. */
  public static GoogleEmulator open(Path folder, String bucket) {
    int port = freePort();
    try {
      Process process =
          new ProcessBuilder(
                  find().orElseThrow().toString(),
                  "-scheme=http",
                  "-host=127.0.0.1",
                  "-port=" + port,
                  "-backend=memory")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("fake-gcs-server.log").toFile())
              .start();
      GoogleEmulator emulator = new GoogleEmulator(process, "127.0.0.1:" + port);
      emulator.create(bucket);
      return emulator;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void create(String bucket) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      try {
        HttpURLConnection connection =
            (HttpURLConnection)
                URI.create("http://" + host + "/storage/v1/b?project=test")
                    .toURL()
                    .openConnection();
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.getOutputStream().write(("{\"name\": \"" + bucket + "\"}").getBytes(UTF_8));
        if (connection.getResponseCode() == HttpURLConnection.HTTP_OK) {
          return;
        }
      } catch (IOException e) {
        pause();
      }
    }
    throw new AssertionError("fake-gcs-server did not start on " + host);
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code 127.0.0.1:port}, for STORAGE_EMULATOR_HOST. */
  public String host() {
    return host;
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
