package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Manifest;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.Mounter;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Findings;
import dev.stepcache.transfer.HealingStore;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was found broken is relied on by nobody, and what only could not be had is left alone. */
class OnlyBrokenHealsTest extends DamagedCache {
  @Test
  void whatCouldNotBeReadOnceIsLookedAtAgainAndStays() throws IOException {
    FaultyStore faulty = new FaultyStore(store(Kept.FOLDER));
    save(faulty, FIRST, nothingSeen());
    Descriptor layer = layer(faulty);
    faulty.fault =
        operation -> {
          if (operation.equals("blob " + layer.digest())) {
            throw new StoreException.Rejected("read: 500");
          }
        };
    FetchOutcome seen = fetch(faulty, FIRST);
    assertThat(seen.reason()).isEqualTo(Reason.REJECTED);
    assertThat(seen.broken()).isEmpty();
    assertThat(seen.findings().unread()).containsExactly(layer.digest());

    faulty.fault = operation -> {};
    assertThat(save(faulty, FIRST, seen)).isEqualTo(Reason.EXISTS);
  }

  @Test
  void mountsNothingThatIsBroken() throws IOException {
    FaultyStore faulty = new FaultyStore(store(Kept.FOLDER));
    save(faulty, FIRST, nothingSeen());
    Descriptor layer = layer(faulty);
    Findings findings = new Findings(Set.of(layer.digest()), Set.of());
    try (HealingStore healing = new HealingStore(faulty, new VerifiedReads(faulty, findings))) {
      faulty.mountsAll = true;
      faulty.operations.clear();
      Mounter mounter = healing.offers(Mounter.class).orElseThrow();
      assertThat(mounter.mount(layer, StoreReference.parse("oci://h/other:t"))).isFalse();
      assertThat(healing.has(layer)).isFalse();
      assertThat(healing.lacks(layer)).isTrue();
      assertThat(faulty.operations).isEmpty();
    }
  }

  private static Descriptor layer(Store store) throws IOException {
    var stored = store.manifest(tag(FIRST)).orElseThrow();
    return Manifest.parse(stored.content(), stored.mediaType()).layers().getFirst();
  }
}
