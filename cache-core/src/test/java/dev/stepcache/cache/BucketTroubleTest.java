package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.objects.FaultyBucket;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.registry.FaultyServer;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Buckets that nobody can use as they are, of each cloud: the reason, the cure, and nothing half
 * written. The words are those that each service was seen to answer, or documents. A clock that is
 * off is Azure's own test, since its answers tell the time, and that of Google's accounts, since
 * Google looks at no time of a request; there is no wrong region but at Amazon, nobody else than
 * the requester pays at Azure's, and what lies in Google's archive is read as all else is.
 */
class BucketTroubleTest {
  private static final List<String> ALL = List.of("GET", "HEAD", "PUT", "POST", "DELETE");
  private static final List<String> READS = List.of("GET", "HEAD");
  private static final List<String> WRITES = List.of("PUT", "POST", "DELETE");
  private static final String PAGE = "<!DOCTYPE html><html>log in</html>";
  private static final String FORBIDDEN =
      google("forbidden", "ci does not have storage.objects access");

  /**
   * A bucket with something wrong.
   *
   * @param methods of the requests that are answered so
   * @param cure what the message has
   */
  record Wrong(
      String name,
      StoreKind kind,
      List<String> methods,
      int status,
      Map<String, String> headers,
      String body,
      Reason reason,
      String cure) {
    @Override
    public String toString() {
      return kind + ": " + name;
    }
  }

  private static Wrong s3(
      String name, List<String> methods, int status, String code, Reason reason, String cure) {
    String body = "<Error><Code>" + code + "</Code><Message>no</Message></Error>";
    Map<String, String> headers = Map.of("Content-Type", "application/xml");
    return new Wrong(name, StoreKind.S3, methods, status, headers, body, reason, cure);
  }

  private static Wrong google(
      String name, List<String> methods, int status, String body, Reason reason, String cure) {
    Map<String, String> headers = Map.of("Content-Type", "application/json");
    return new Wrong(name, StoreKind.GOOGLE, methods, status, headers, body, reason, cure);
  }

  private static String google(String reason, String message) {
    return "{\"error\":{\"message\":\"%s\",\"errors\":[{\"reason\":\"%s\"}]}}"
        .formatted(message, reason);
  }

  private static Wrong azure(
      String name, List<String> methods, int status, String code, Reason reason, String cure) {
    Map<String, String> headers = Map.of("x-ms-error-code", code);
    return new Wrong(name, StoreKind.AZURE, methods, status, headers, "", reason, cure);
  }

  private static Wrong page(StoreKind kind) {
    Map<String, String> headers = Map.of("Content-Type", "text/html");
    return new Wrong(
        "an endpoint for people",
        kind,
        ALL,
        403,
        headers,
        PAGE,
        Reason.REJECTED,
        "a page for people");
  }

  static final List<Wrong> WRONGS =
      List.of(
          s3("no bucket", ALL, 404, "NoSuchBucket", Reason.REJECTED, "create the bucket"),
          s3("no right to read", READS, 403, "AccessDenied", Reason.UNAUTHORIZED, "s3:GetObject"),
          s3("no right to write", WRITES, 403, "AccessDenied", Reason.UNAUTHORIZED, "s3:PutObject"),
          s3("a token that ended", ALL, 400, "ExpiredToken", Reason.UNAUTHORIZED, "renew"),
          s3("a clock", ALL, 403, "RequestTimeTooSkewed", Reason.UNAUTHORIZED, "the clock of this"),
          s3("the requester pays", ALL, 403, "AccessDenied", Reason.UNAUTHORIZED, "requester pays"),
          s3("an archive", READS, 403, "InvalidObjectState", Reason.REJECTED, "to an archive"),
          new Wrong(
              "another region",
              StoreKind.S3,
              ALL,
              301,
              Map.of("x-amz-bucket-region", "sa-east-1"),
              "<Error><Code>PermanentRedirect</Code></Error>",
              Reason.REJECTED,
              "set region=sa-east-1"),
          page(StoreKind.S3),
          google(
              "no bucket",
              ALL,
              404,
              google("notFound", "The specified bucket does not exist."),
              Reason.REJECTED,
              "there is no bucket"),
          google(
              "no right to read", READS, 403, FORBIDDEN, Reason.UNAUTHORIZED, "objectUser on the"),
          google(
              "no right to write",
              WRITES,
              403,
              FORBIDDEN,
              Reason.UNAUTHORIZED,
              "objectUser on the"),
          google(
              "a token that ended",
              ALL,
              401,
              google("authError", "Invalid Credentials"),
              Reason.UNAUTHORIZED,
              "the token has ended"),
          google(
              "the requester pays",
              ALL,
              400,
              google("required", "Bucket is requester pays bucket but no user project provided."),
              Reason.REJECTED,
              "turn requester pays off"),
          page(StoreKind.GOOGLE),
          azure("no container", ALL, 404, "ContainerNotFound", Reason.REJECTED, "no container"),
          azure(
              "no right to read",
              READS,
              403,
              "AuthorizationPermissionMismatch",
              Reason.UNAUTHORIZED,
              "Storage Blob Data Reader"),
          azure(
              "no right to write",
              WRITES,
              403,
              "AuthorizationPermissionMismatch",
              Reason.UNAUTHORIZED,
              "Storage Blob Data Contributor"),
          azure(
              "a token that ended",
              ALL,
              401,
              "InvalidAuthenticationInfo",
              Reason.UNAUTHORIZED,
              "wrong or has ended"),
          azure("an archive", READS, 409, "BlobArchived", Reason.REJECTED, "rehydrate it"),
          page(StoreKind.AZURE));

  @TempDir Path folder;

  private static Store open(FaultyServer server) throws IOException {
    RetryPolicy policy =
        new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2), 20, Duration.ofSeconds(60));
    return server.open(
        new FaultyServer.Way(
            "http://" + server.host(),
            Limits.STANDARD,
            policy,
            true,
            Trust.JDK_ROOTS,
            Proxies.NONE,
            retry -> {}));
  }

  private static FetchOutcome fetch(FaultyServer server, Path cache) throws IOException {
    try (Store store = open(server)) {
      return Bench.on(store).fetch(cache, RestoreMode.SHARED);
    }
  }

  private static UploadOutcome upload(FaultyServer server, Path tree) throws IOException {
    try (Store store = open(server)) {
      return Bench.on(store).upload(tree);
    }
  }

  @ParameterizedTest
  @FieldSource("WRONGS")
  void endsWithItsReasonAndItsCureAndNothingThatAFetchTakesForACache(Wrong wrong)
      throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.writeString(tree.resolve("file"), "content");
    Path cache = folder.resolve("cache");
    try (FaultyBucket<?> server = (FaultyBucket<?>) wrong.kind.open("")) {
      server.server().refuse(wrong.methods, wrong.status, wrong.headers, wrong.body);

      FetchOutcome fetched = fetch(server, cache);
      UploadOutcome saved = upload(server, tree);

      boolean reads = wrong.methods.contains("GET");
      assertThat(fetched.reason()).isEqualTo(reads ? wrong.reason : Reason.MISS);
      if (reads) {
        assertThat(fetched.message()).contains(wrong.cure).doesNotContain(FaultyServer.SECRET);
      }
      assertThat(saved.reason()).isEqualTo(wrong.reason);
      assertThat(saved.message()).contains(wrong.cure).doesNotContain(FaultyServer.SECRET);
      assertThat(cache.resolve("file")).doesNotExist();

      server.server().truth();
      assertThat(fetch(server, cache).reason()).isEqualTo(Reason.MISS);
      assertThat(upload(server, tree).reason()).isEqualTo(Reason.SAVED);
      assertThat(fetch(server, cache).reason()).isEqualTo(Reason.HIT);
      assertThat(cache.resolve("file")).hasContent("content");
    }
  }
}
