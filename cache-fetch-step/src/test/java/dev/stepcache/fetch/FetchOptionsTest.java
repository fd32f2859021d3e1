package dev.stepcache.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.connect.BucketSettings;
import dev.stepcache.key.CacheKey;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.step.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FetchOptionsTest extends FetchParams {
  private FetchOptions read(String... more) {
    return FetchOptions.read(environment(more), List.of("--@PATTERNS", "**go.mod"));
  }

  @Test
  void readsWhatIsNotGivenAsItsFallback() {
    FetchOptions options = read();

    assertThat(options.step().cachePaths().only()).contains(folder.resolve("go-build-cache"));
    assertThat(options.step().workingDirectory()).isEqualTo(folder);
    assertThat(options.step().patterns().patterns()).containsExactly("**go.mod");
    assertThat(options.step().insecure()).isFalse();
    assertThat(options.step().dockerConfig()).isEmpty();
    assertThat(options.step().certificateAuthority()).isEmpty();
    assertThat(options.step().timeout()).isEqualTo(Duration.ofMinutes(10));
    assertThat(options.step().warnings()).isEmpty();
    assertThat(options.restoreMode()).isEqualTo(RestoreMode.SHARED);
    assertThat(options.largest()).isEqualTo(64L << 30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?regoin=eu-west-1|is no parameter of s3: known are accelerate",
        "?endpoint=http://minio:9000|endpoint is plain http: write https://, or set INSECURE",
        "?anonymous=perhaps|is no boolean: write true or false",
      })
  void refusesWhatABucketOfS3DoesNotKnow(String query, String said) {
    assertThatThrownBy(() -> read("SOURCE", "s3://caches/go:{{hash}}", "BLOB_QUERY_PARAMS", query))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("BLOB_QUERY_PARAMS: ")
        .hasMessageContaining(said);
    assertThat(read("BLOB_QUERY_PARAMS", query).step().warnings()).isEmpty();
  }

  @Test
  void readsAllThatIsGiven() throws IOException {
    Path certificates = Files.writeString(folder.resolve("ca.pem"), "");
    FetchOptions options =
        read(
            "cachePath",
            "",
            "CACHE_PATH",
            "/x/./y",
            "insecure",
            "true",
            "DOCKER_CONFIG",
            "creds",
            "CA",
            "ca.pem",
            "TIMEOUT",
            "1h30m5s",
            "RESTORE_MODE",
            "Preserve");

    assertThat(options.step().cachePaths().only()).contains(Path.of("/x/y"));
    assertThat(options.step().insecure()).isTrue();
    assertThat(options.step().dockerConfig()).contains(folder.resolve("creds"));
    assertThat(options.step().certificateAuthority()).contains(certificates);
    assertThat(options.step().timeout()).isEqualTo(Duration.ofSeconds(5405));
    assertThat(options.restoreMode()).isEqualTo(RestoreMode.PRESERVE);
  }

  @Test
  void takesTheCurrentFolderForTheWorkingDirectory() {
    assertThat(read("WORKING_DIR", "").step().cachePaths().only())
        .contains(Path.of("go-build-cache").toAbsolutePath());
  }

  @Test
  void givesTheReferences() {
    CacheKey key = new CacheKey("ab".repeat(32));

    assertThat(read().step().reference(Optional.of(key)))
        .hasToString("oci://r.example:5000/ci/cache-go:" + key);
    assertThat(read().step().latest().orElseThrow())
        .hasToString("oci://r.example:5000/ci/cache-go:latest");
    assertThat(read("SOURCE", "file:///c:fixed").step().latest()).isEmpty();
  }

  @Test
  void keepsTheCachePathOutOfTheKey() {
    assertThat(read().step().keyInputs().neverWalked())
        .containsExactly(folder.resolve("go-build-cache"));
  }

  @Test
  void demandsPatternsOnlyForAKey() {
    FetchOptions options =
        FetchOptions.read(environment("SOURCE", "oci://h/n:nightly"), List.of("--@PATTERNS"));

    assertThat(options.step().template().needsKey()).isFalse();
    assertThatThrownBy(() -> options.step().keyInputs())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("PATTERNS");
  }

  @Test
  void readsHowABucketIsReachedInBothSpellings() {
    BucketSettings buckets =
        read(
                "awsConfigFile",
                "/x/config",
                "AWS_SHARED_CREDENTIALS_FILE",
                "credentials",
                "googleCredentialsPath",
                "key.json",
                "BLOB_QUERY_PARAMS",
                "?region=eu-west-1&endpoint=http%3A%2F%2Fhost")
            .step()
            .buckets();

    assertThat(buckets.awsConfig()).contains(Path.of("/x/config"));
    assertThat(buckets.awsCredentials()).contains(folder.resolve("credentials"));
    assertThat(buckets.googleCredentials()).contains(folder.resolve("key.json"));
    assertThat(buckets.parameters())
        .isEqualTo(Map.of("region", "eu-west-1", "endpoint", "http://host"));
    assertThat(read("blobQueryParams", "a=b").step().buckets().parameters())
        .isEqualTo(Map.of("a", "b"));
    assertThat(read().step().buckets()).isEqualTo(BucketSettings.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket/cache/{{hash}}, s3://bucket/cache:KEY, s3://bucket/cache:latest",
    "s3://bucket/cache:{{hash}}, s3://bucket/cache:KEY, s3://bucket/cache:latest",
    "gs://bucket/{{hash}}/go.tar.gz, gs://bucket:KEY_2Fgo.tar.gz, gs://bucket:latest_2Fgo.tar.gz",
    "azblob://container/a/{{hash}}, azblob://container/a:KEY, azblob://container/a:latest"
  })
  void givesTheReferencesOfABucket(String source, String reference, String latest) {
    CacheKey key = new CacheKey("ab".repeat(32));

    assertThat(read("SOURCE", source).step().reference(Optional.of(key)))
        .hasToString(reference.replace("KEY", key.toString()));
    assertThat(read("SOURCE", source).step().latest().orElseThrow()).hasToString(latest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SOURCE          | ''                     | is missing
          SOURCE          | cache-go               | no scheme
          SOURCE          | h/n:{{hash}}           | oci://
          SOURCE          | https://h/n:{{hash}}   | no scheme
          SOURCE          | docker://h/n:{{hash}}  | no scheme
          SOURCE          | s3://bucket/../{{hash}} | s3://
          SOURCE          | s3://bucket//a/{{hash}} | no name of a folder
          SOURCE          | azblob://              | azblob://
          BLOB_QUERY_PARAMS | region               | ?region=
          BLOB_QUERY_PARAMS | a=1&a=2              | given twice
          AWS_CONFIG_FILE | $HOME/.aws/config      | $HOME
          SOURCE          | gs://bucket            | gs://
          SOURCE          | oci://h                | host/name
          SOURCE          | oci://h/N:{{hash}}     | repository
          SOURCE          | oci://h/n:{{branch}}   | {{branch}}
          SOURCE          | oci://h/n:a b          | tag
          SOURCE          | oci://h/n:x{{hash}}{{hash}} | tag 'x{{hash}}{{hash}}': wants 1 to 128
          SOURCE          | oci://h/n:{{hash}}?x   | of which {{hash}} takes 64
          SOURCE          | file://cache:{{hash}}  | absolute
          SOURCE          | oci://$(x)/n           | $(x)
          CACHE_PATH      | ''                     | is missing
          CACHE_PATH      | /                      | '/'
          CACHE_PATH      | /x/..                  | '/'
          CACHE_PATH      | .cache/.stepcache      | stepcache's own
          CACHE_PATH      | .cache/.stepcache/x    | stepcache's own
          CACHE_PATH      | ~/go                   | ~/go
          CACHE_PATH      | $HOME/go               | $HOME
          CACHE_PATH      | $(workspaces.x.path)/c | $(workspaces.x.path)
          CACHE_PATH      | go.mod                 | is a file
          CACHE_PATH      | go.mod/cache           | is a file
          WORKING_DIR     | ~                      | ~
          WORKING_DIR     | $(x)                   | $(x)
          INSECURE        | yes                    | "true" or "false"
          RESTORE_MODE    | exact                  | shared or preserve
          MAX_SIZE        | 0                      | 10Gi
          MAX_SIZE        | -1                     | 10Gi
          MAX_SIZE        | 10GiB                  | 10Gi
          MAX_SIZE        | 1.5Gi                  | 10Gi
          MAX_SIZE        | 99999999999Ti          | 10Gi
          MAX_SIZE        | 9999999999999999999    | 10Gi
          TIMEOUT         | 600                    | 10m
          TIMEOUT         | 0s                     | 10m
          TIMEOUT         | -1m                    | 10m
          TIMEOUT         | 10 m                   | 10m
          CA              | absent.pem             | PEM
          EXPECTED_DIGEST | latest                 | sha256:
          EXPECTED_DIGEST | $(tasks.x.results.digest) | $(tasks.x
          MODE            | write                  | read or read-write
          KEY_PLATFORM    | linux                  | "true" or "false"
          LOOKUP_ONLY     | 1                      | "true" or "false"
          DRY_RUN         | 1                      | "true" or "false"
          DOCKER_CONFIG   | $DOCKER_CONFIG         | $DOCKER_CONFIG
          SCOPE           | $(params.branch)       | $(params.branch)
          SCOPE           | {{ source_branch }}    | nobody filled in
          SCOPE           | refs/heads/            | names no scope
          """)
  void namesTheParamAndTheCure(String name, String value, String said) throws IOException {
    Files.writeString(folder.resolve("go.mod"), "");

    assertThatThrownBy(() -> read(name, value))
        .isInstanceOf(UsageException.class)
        .message()
        .startsWith(name)
        .contains(said)
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "4096, 4096",
    "999999999999999999, 999999999999999999",
    "500Mi, 524288000",
    "10Gi, 10737418240",
    "2k, 2000",
    "1Ki, 1024",
    "7G, 7000000000",
    "3Ti, 3298534883328"
  })
  void readsAmountsOfBytes(String text, long bytes) {
    assertThat(read("MAX_SIZE", text).largest()).isEqualTo(bytes);
  }

  @Test
  void namesAPatternThatIsNone() {
    assertThatThrownBy(() -> FetchOptions.read(environment(), List.of("--@patterns", "/go.mod")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("patterns: the pattern '/go.mod'");
  }

  @Test
  void namesTheSpellingThatTheUserWrote() {
    Map<String, String> environment = environment("cachePath", "/");
    environment.remove("PARAM_CACHE_PATH");

    assertThatThrownBy(() -> FetchOptions.read(environment, List.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("cachePath: ");
  }
}
