package dev.stepcache.tekton;

import dev.stepcache.s3.MotoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** In a bucket of S3, as moto has it. */
@Tag("program")
@EnabledIf(
    value = "dev.stepcache.s3.MotoServer#available",
    disabledReason = "not run: no moto_server is installed")
class RollingTagInABucketTest extends RollingTagContract {
  private MotoServer server;

  @BeforeEach
  void start() throws IOException {
    server = MotoServer.start(folder);
    server.create("caches");
    Files.writeString(
        folder.resolve("aws-credentials"),
        "[default]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret-of-s3\n");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  String store() {
    return "s3://caches/team/go";
  }

  @Override
  Map<String, String> params() {
    return Map.of(
        "INSECURE",
        "true",
        "AWS_SHARED_CREDENTIALS_FILE",
        folder.resolve("aws-credentials").toString(),
        "BLOB_QUERY_PARAMS",
        "?region=us-east-1&endpoint=" + server.endpoint() + "&use_path_style=true");
  }
}
