package dev.stepcache.s3;

import dev.stepcache.program.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * moto, a server of S3, STS and more of AWS that keeps all in its memory, as a process over plain
 * http on this machine (PyPI's {@code moto[server]}). It believes every signature.
 */
public final class MotoServer implements AutoCloseable {
  private static final String ANY_SIGNATURE =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/s3/aws4_request,"
          + " SignedHeaders=host, Signature=00";

  private final ServerProcess process;

  private MotoServer(ServerProcess process) {
    this.process = process;
  }

  /** Whether the program is installed. */
  public static boolean available() {
    return find().isPresent();
  }

  private static Optional<Path> find() {
    return ServerProcess.find("moto_server", ".cache/stepcache-moto/bin");
  }

  private static Path program() {
    return find()
        .orElseThrow(
            () -> new AssertionError("moto_server is not installed: ./verify installs it"));
  }

  /** Starts one whose log lies in a folder. */
  public static MotoServer start(Path folder) {
    return new MotoServer(
        ServerProcess.start(
                folder,
                "moto",
                port ->
                    List.of(program().toString(), "-H", "127.0.0.1", "-p", Integer.toString(port)))
            .awaitPort());
  }

  /** {@code http://127.0.0.1:port} */
  public String endpoint() {
    return "http://" + process.host();
  }

  /** Makes a bucket in us-east-1. */
  public void create(String bucket) throws IOException {
    send("PUT", "/" + bucket, "");
  }

  /**
   * Asks it as an account that may do all.
   *
   * @param headers names and values in turn
   */
  public HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(endpoint() + path));
    builder.header("Authorization", ANY_SIGNATURE);
    if (headers.length > 0) {
      builder.headers(headers);
    }
    HttpRequest request = builder.method(method, HttpRequest.BodyPublishers.ofString(body)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
