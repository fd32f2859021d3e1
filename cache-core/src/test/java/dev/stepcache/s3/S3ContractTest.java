package dev.stepcache.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.objects.ObjectStores;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreContract;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** A folder of a bucket on a real server of S3. */
@Tag("program")
class S3ContractTest extends StoreContract {
  private static @Nullable MotoServer server;
  private static int buckets;

  @BeforeAll
  static void start(@TempDir Path folder) {
    assumeTrue(MotoServer.available(), "not run: moto_server is not installed");
    server = MotoServer.start(folder);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected Store open() throws IOException {
    String bucket = "bucket-" + ++buckets;
    server.create(bucket);
    return ObjectStores.of(S3Case.connection(server).open(bucket), "not/there/yet");
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("s3://bucket-" + buckets + "/other:tag");
  }
}
