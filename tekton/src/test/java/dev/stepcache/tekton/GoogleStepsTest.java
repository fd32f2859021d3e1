package dev.stepcache.tekton;

import dev.stepcache.gcs.GoogleEmulator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

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
}
