package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.gcs.GoogleEmulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With fake-gcs-server. */
@Tag("program")
@EnabledIf("dev.stepcache.gcs.GoogleEmulator#available")
class GoogleStepsTest extends StepsOnBuckets {
  private GoogleEmulator server;

  @BeforeEach
  void start() {
    server = GoogleEmulator.open(folder, "caches");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  Map<String, String> environment() {
    return Map.of("STORAGE_EMULATOR_HOST", server.host());
  }

  @Override
  String bucket() {
    return "gs://caches";
  }

  @Override
  List<String> ofOthers() {
    return List.of("dev.stepcache.azure.", "dev.stepcache.s3.", "javax.xml.stream.");
  }

  @Override
  String secret() {
    return "Bearer";
  }

  @ParameterizedTest
  @EnumSource
  void aPipelineForTektonCachesMissesSavesAndHits(Spelling spelling) throws IOException {
    Path account =
        Files.writeString(
            folder.resolve("credential-configuration.json"),
            """
            {"type": "external_account", "audience": "pool",
             "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
             "token_url": "https://sts.googleapis.com/v1/token",
             "credential_source": {"file": "/workspace/token/token"}}
            """);

    String log =
        missSaveAndHitAsWrittenForTektonCaches(
            spelling,
            bucket(),
            Map.of("GOOGLE_APPLICATION_CREDENTIALS", account.toString()),
            environment());

    assertThat(log).contains("gs://caches/cache-go:");
  }
}
