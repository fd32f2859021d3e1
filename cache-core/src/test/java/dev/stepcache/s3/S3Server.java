package dev.stepcache.s3;

import dev.stepcache.http.Body;
import dev.stepcache.http.Request;
import dev.stepcache.oci.Digest;
import dev.stepcache.program.ServerProcess;
import dev.stepcache.s3.auth.AwsCredentials;
import dev.stepcache.s3.auth.RequestSignature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A server of S3 by other people, as a process over plain http on this machine. Whoever has {@link
 * #ACCESS_KEY} may do all.
 */
public abstract sealed class S3Server implements AutoCloseable permits MotoServer, SeaweedServer {
  public static final String ACCESS_KEY = "AKIDEXAMPLE";
  public static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG";

  private static final RequestSignature SIGNATURE =
      new RequestSignature(
          new AwsCredentials(
              ACCESS_KEY, SECRET_KEY, Optional.empty(), Optional.empty(), "the tests"),
          "us-east-1",
          "s3");

  private final ServerProcess process;

  S3Server(ServerProcess process) {
    this.process = process;
  }

  /** {@code http://127.0.0.1:port} */
  public final String endpoint() {
    return "http://" + process.host();
  }

  /** Makes a bucket in us-east-1. */
  public final void create(String bucket) throws IOException {
    HttpResponse<byte[]> answer = send("PUT", "/" + bucket, new byte[0]);
    if (answer.statusCode() != 200) {
      throw new IOException("PUT /" + bucket + ": " + answer.statusCode());
    }
  }

  /**
   * Asks it as the account that may do all.
   *
   * @param path and query, escaped; each name of the query has a value, if an empty one
   * @param headers names and values in turn
   */
  public final HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws IOException {
    String payload = Digest.of(body).hex();
    Map<String, String> all = new TreeMap<>(Map.of(RequestSignature.PAYLOAD, payload));
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    URI uri = URI.create(endpoint() + path);
    Request signed =
        SIGNATURE.sign(new Request(method, uri, all, Body.NONE), payload, Instant.now());
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri);
    signed.headers().forEach(builder::header);
    HttpRequest request =
        builder.method(method, HttpRequest.BodyPublishers.ofByteArray(body)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
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
