package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Digest;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.RestoreMode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A store that remembers a manifest which its storage lost, and takes it without keeping it. */
class RememberedManifestTest extends OddTree {
  @Test
  void isReplacedByOneThatItDoesNotRemember() throws IOException {
    fill();
    FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));
    Bench on = Bench.on(store);
    Digest digest = on.upload(tree).saved().orElseThrow().digest();
    store.lost = digest::equals;
    assertThat(on.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.MISS);

    UploadOutcome again = on.upload(tree);

    assertThat(again.reason()).as(again.message()).isEqualTo(Reason.SAVED);
    assertThat(again.saved().orElseThrow().digest()).isNotEqualTo(digest);
    assertThat(on.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
  }
}
