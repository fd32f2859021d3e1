package dev.stepcache.cli;

import dev.stepcache.oci.Digest;
import dev.stepcache.s3.MotoServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** A bucket of a real server, and what happens in it behind the commands' backs. */
final class BucketOfCaches implements AutoCloseable {
  private static final String ANY_SIGNATURE =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/s3/aws4_request,"
          + " SignedHeaders=host, Signature=00";

  private final MotoServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  private BucketOfCaches(MotoServer server) {
    this.server = server;
  }

  static BucketOfCaches open(Path folder) throws IOException {
    Assumptions.assumeTrue(MotoServer.available(), "no moto_server is installed");
    MotoServer server = MotoServer.start(folder);
    server.create("bucket");
    return new BucketOfCaches(server);
  }

  /** A folder in it that is not there yet. */
  String repository() {
    return "s3://bucket/team/cache";
  }

  /** By what the server is found and used. */
  Map<String, String> environment(Path home) {
    return Map.of(
        "HOME",
        home.toString(),
        "AWS_ENDPOINT_URL",
        server.endpoint(),
        "AWS_REGION",
        "us-east-1",
        "AWS_ACCESS_KEY_ID",
        "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY",
        "secret");
  }

  byte[] read(Digest blob) throws IOException {
    return send(blob, "GET", HttpRequest.BodyPublishers.noBody());
  }

  void write(Digest blob, byte[] content) throws IOException {
    byte[] _ = send(blob, "PUT", HttpRequest.BodyPublishers.ofByteArray(content));
  }

  void delete(Digest blob) throws IOException {
    byte[] _ = send(blob, "DELETE", HttpRequest.BodyPublishers.noBody());
  }

  private byte[] send(Digest blob, String method, HttpRequest.BodyPublisher body)
      throws IOException {
    URI uri = URI.create(server.endpoint() + "/bucket/team/cache/blobs/sha256/" + blob.hex());
    try {
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(uri)
                  .header("Authorization", ANY_SIGNATURE)
                  .method(method, body)
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() / 100 != 2) {
        throw new IOException(method + " " + uri + ": " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
