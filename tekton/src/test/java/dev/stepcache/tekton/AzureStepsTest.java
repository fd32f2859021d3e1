package dev.stepcache.tekton;

import dev.stepcache.azure.AzuriteProgram;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** With Azurite. */
@Tag("program")
@EnabledIf("dev.stepcache.azure.AzuriteProgram#available")
class AzureStepsTest extends StepsOnBuckets {
  private AzuriteProgram server;

  @BeforeEach
  void start() {
    server = AzuriteProgram.open(folder, "caches");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  Map<String, String> environment() {
    return server.environment();
  }

  @Override
  String bucket() {
    return "azblob://caches";
  }

  @Override
  List<String> ofOthers() {
    return List.of("dev.stepcache.gcs.", "dev.stepcache.s3.", "javax.xml.stream.");
  }

  @Override
  String secret() {
    return AzuriteProgram.key();
  }
}
