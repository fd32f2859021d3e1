package dev.stepcache.cli;

import dev.stepcache.oci.Digest;
import dev.stepcache.s3.S3Server;
import dev.stepcache.s3.SharedS3;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;

/** An empty bucket of a server, and what happens in it behind the commands' backs. */
record BucketOfCaches(S3Server server, String name) {
  static BucketOfCaches in(SharedS3 shared) throws IOException {
    return new BucketOfCaches(shared.server(), shared.bucket());
  }

  /** A folder in it that is not there yet. */
  String repository() {
    return "s3://" + name + "/team/cache";
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
        S3Server.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY",
        S3Server.SECRET_KEY);
  }

  byte[] read(Digest blob) throws IOException {
    return send("GET", blob, new byte[0]);
  }

  void write(Digest blob, byte[] content) throws IOException {
    byte[] _ = send("PUT", blob, content);
  }

  void delete(Digest blob) throws IOException {
    byte[] _ = send("DELETE", blob, new byte[0]);
  }

  private byte[] send(String method, Digest blob, byte[] body) throws IOException {
    String path = "/" + name + "/team/cache/blobs/sha256/" + blob.hex();
    HttpResponse<byte[]> answer = server.send(method, path, body);
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(method + " " + path + ": " + answer.statusCode());
    }
    return answer.body();
  }
}
