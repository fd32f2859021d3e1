package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.fetch.CacheFetch;
import dev.stepcache.s3.MotoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With moto; and the samples whose caches lie in S3. */
@Tag("program")
@EnabledIf("dev.stepcache.s3.MotoServer#available")
class S3StepsTest extends StepsOnBuckets {
  private static final String KEYS =
      "[default]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret-of-s3\n";

  private MotoServer server;
  private Path credentials;

  @BeforeEach
  void start() throws IOException {
    server = MotoServer.start(folder);
    server.create("caches");
    credentials = Files.writeString(folder.resolve("aws-credentials"), KEYS);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  Map<String, String> environment() {
    return Map.of(
        "PARAM_INSECURE",
        "true",
        "PARAM_AWS_SHARED_CREDENTIALS_FILE",
        credentials.toString(),
        "PARAM_BLOB_QUERY_PARAMS",
        "?region=us-east-1&endpoint=" + server.endpoint() + "&use_path_style=true");
  }

  @Override
  String bucket() {
    return "s3://caches";
  }

  @Override
  List<String> ofOthers() {
    return List.of("dev.stepcache.azure.", "dev.stepcache.gcs.", "dev.stepcache.oauth.");
  }

  @Override
  String secret() {
    return "secret-of-s3";
  }

  @Test
  void theSampleWithASecretMissesSavesAndHits() throws IOException {
    Path aws = Files.createDirectory(folder.resolve("aws"));
    Files.writeString(aws.resolve("credentials"), KEYS);

    assertSampleWorks("s3-secret", Map.of());
  }

  @Test
  void theSampleWithARoleMissesSavesAndHits() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "any.jwt");

    assertSampleWorks(
        "s3-irsa",
        Map.of(
            "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/build-caches",
            "AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(),
            "AWS_ENDPOINT_URL_STS", server.endpoint()));
  }

  private void assertSampleWorks(String name, Map<String, String> environment) throws IOException {
    server.create("my-bucket");
    Map<String, String> all = new TreeMap<>(environment);
    all.put("PARAM_INSECURE", "true");

    assertThat(
            missSaveAndHit(
                name,
                text ->
                    text.replace("$(workspaces.aws.path)", folder.resolve("aws").toString())
                        .replace(
                            "?region=eu-west-1", "?region=eu-west-1&endpoint=" + server.endpoint()),
                all))
        .doesNotContain("secret-of-s3", "any.jwt");
  }

  @ParameterizedTest
  @EnumSource
  void aPipelineForTektonCachesMissesSavesAndHits(Spelling spelling) throws IOException {
    server.create("tekton-caches");
    Path config =
        Files.writeString(
            folder.resolve("aws-config"),
            "[default]\nregion = us-east-1\nendpoint_url = " + server.endpoint() + "\n");

    String log =
        missSaveAndHitAsWrittenForTektonCaches(
            spelling,
            "s3://tekton-caches",
            Map.of(
                "AWS_CONFIG_FILE",
                config.toString(),
                "AWS_SHARED_CREDENTIALS_FILE",
                credentials.toString(),
                "INSECURE",
                "true"),
            Map.of());

    assertThat(log).contains("s3://tekton-caches/cache-go:").doesNotContain("secret-of-s3");
  }

  @Test
  void aBucketThatIsNotThereEndsTheStepWithItsCureAlone() throws IOException {
    Map<String, String> params = Map.of("PARAM_SOURCE", "s3://none/go:{{hash}}");

    assertThat(start(CacheFetch.class, "none", folder.resolve("cache"), params).said(0))
        .contains("NoSuchBucket")
        .contains("create the bucket, or correct its name");
  }
}
