package dev.stepcache.azure;

import dev.stepcache.http.Body;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Microsoft's own emulator of a storage account, which keeps blobs in memory, over plain http on
 * this machine. {@code ./verify --long} installs it below {@code ~/.cache}.
 */
public final class AzuriteProgram implements AutoCloseable {
  private final Process process;
  private final String host;

  private AzuriteProgram(Process process, String host) {
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
                Path.of(
                    System.getenv().getOrDefault("HOME", "/"),
                    ".cache",
                    "stepcache-azurite",
                    "node_modules",
                    ".bin")))
        .map(folder -> folder.resolve("azurite-blob"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A server that has one empty container. */
  public static AzuriteProgram open(Path folder, String container) {
    int port = freePort();
    try {
      Process process =
          new ProcessBuilder(
                  find().orElseThrow().toString(),
                  "--inMemoryPersistence",
                  "--silent",
                  "--disableTelemetry",
                  "--blobHost",
                  "127.0.0.1",
                  "--blobPort",
                  Integer.toString(port))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("azurite.log").toFile())
              .start();
      AzuriteProgram azurite = new AzuriteProgram(process, "127.0.0.1:" + port);
      azurite.create(container);
      return azurite;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void create(String container) {
    SharedKey key = SharedKey.of(account(), key(), InstantSource.system());
    Request request =
        new Request(
            "PUT",
            URI.create("http://" + host + "/" + account() + "/" + container + "?restype=container"),
            Map.of("x-ms-version", "2021-08-06"),
            Body.NONE);
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try (Wire wire = new Wire(Trust.JDK_ROOTS, false, Proxies.NONE, Limits.STANDARD)) {
      while (process.isAlive() && System.nanoTime() < end) {
        try (Response answer =
            wire.send(key.sign(request, Optional.empty()), Duration.ofSeconds(5))) {
          if (answer.status() == 201) {
            return;
          }
          throw new AssertionError("Azurite answered " + answer.status());
        } catch (IOException e) {
          pause();
        }
      }
    }
    throw new AssertionError("Azurite did not start on " + host);
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

  /** {@code 127.0.0.1:port}, for AZURE_STORAGE_DOMAIN. */
  public String host() {
    return host;
  }

  /** The account that each Azurite has. */
  public static String account() {
    return Azurite.CONNECTION.get("AccountName");
  }

  /** Its key, which is public. */
  public static String key() {
    return Azurite.CONNECTION.get("AccountKey");
  }

  /** What a step's environment has. */
  public Map<String, String> environment() {
    return Map.of(
        "AZURE_STORAGE_ACCOUNT",
        account(),
        "AZURE_STORAGE_KEY",
        key(),
        "AZURE_STORAGE_DOMAIN",
        host,
        "AZURE_STORAGE_PROTOCOL",
        "http");
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
