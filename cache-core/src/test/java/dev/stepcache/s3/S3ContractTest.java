package dev.stepcache.s3;

import dev.stepcache.objects.ObjectStores;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreContract;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A folder of a bucket in moto. */
@Tag("program")
class S3ContractTest extends StoreContract {
  @RegisterExtension static final SharedS3 SERVER = SharedS3.moto();

  private String bucket = "";

  @Override
  protected Store open() throws IOException {
    bucket = SERVER.bucket();
    return ObjectStores.of(S3Case.connection(SERVER.server()).open(bucket), "not/there/yet");
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("s3://" + bucket + "/other:tag");
  }
}
