package dev.stepcache.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepcache.program.ServerProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The program fake-gcs-server, which keeps buckets in memory, over plain http on this machine.
 * {@code ./verify --long} installs it below {@code ~/.cache}. It deletes whatever the condition.
 */
public final class GoogleEmulator implements AutoCloseable {
  private final ServerProcess process;

  private GoogleEmulator(ServerProcess process) {
    this.process = process;
  }

  /** Whether the program is installed. */
  public static boolean available() {
    return find().isPresent();
  }

  private static Optional<Path> find() {
    return ServerProcess.find("fake-gcs-server", ".cache/stepcache-gcs");
  }

  /** A server that has one empty bucket. */
  public static GoogleEmulator open(Path folder, String bucket) {
    GoogleEmulator emulator =
        new GoogleEmulator(
            ServerProcess.start(
                folder,
                "fake-gcs-server",
                port ->
                    List.of(
                        find().orElseThrow().toString(),
                        "-scheme=http",
                        "-host=127.0.0.1",
                        "-port=" + port,
                        "-backend=memory")));
    emulator.process.await(() -> emulator.create(bucket));
    return emulator;
  }

  /** Whether it looks at conditions of what is written, as 1.56.1 does, and 1.52.3 does not. */
  public boolean looksAtConditions(String bucket) throws IOException {
    String object =
        "http://" + host() + "/upload/storage/v1/b/" + bucket + "/o?uploadType=media&name=tried";
    int first = post(object + "&ifGenerationMatch=0", "one");
    int second = post(object + "&ifGenerationMatch=0", "two");
    HttpURLConnection deletion =
        (HttpURLConnection)
            URI.create("http://" + host() + "/storage/v1/b/" + bucket + "/o/tried")
                .toURL()
                .openConnection();
    deletion.setRequestMethod("DELETE");
    if (first != HttpURLConnection.HTTP_OK || deletion.getResponseCode() / 100 != 2) {
      throw new IOException("fake-gcs-server answered " + first);
    }
    return second == HttpURLConnection.HTTP_PRECON_FAILED;
  }

  private static int post(String url, String body) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.getOutputStream().write(body.getBytes(UTF_8));
    return connection.getResponseCode();
  }

  private void create(String bucket) throws IOException {
    int status =
        post("http://" + host() + "/storage/v1/b?project=test", "{\"name\": \"" + bucket + "\"}");
    if (status != HttpURLConnection.HTTP_OK) {
      throw new IOException("fake-gcs-server answered " + status);
    }
  }

  /** {@code 127.0.0.1:port}, for STORAGE_EMULATOR_HOST. */
  public String host() {
    return process.host();
  }

  @Override
  public void close() {
    process.close();
  }
}
