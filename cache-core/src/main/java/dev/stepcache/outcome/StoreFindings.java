package dev.stepcache.outcome;

import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Findings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a fetch found broken in one store: another store may have the same, and have it right.
 *
 * @param store a reference of it
 * @param broken the image under the key that could not be restored, if there is one: an upload may
 *     replace it
 * @param findings blobs and manifests, of whatever image
 */
public record StoreFindings(StoreReference store, Optional<Digest> broken, Findings findings) {
  /** Whether nothing was found. */
  boolean isEmpty() {
    return broken.isEmpty() && findings.isEmpty();
  }

  /** Of several stores, what counts for a target: what was found where it is kept. */
  public static Findings of(StoreReference target, List<StoreFindings> all) {
    Findings findings = Findings.NONE;
    for (StoreFindings found : all) {
      if (found.store().sharesStorageWith(target)) {
        findings = findings.and(found.findings());
      }
    }
    return findings;
  }

  /** The image under the key that could not be restored from the store of a target. */
  public static Optional<Digest> brokenAt(StoreReference target, List<StoreFindings> all) {
    return all.stream()
        .filter(found -> found.store().sharesStoreWith(target))
        .flatMap(found -> found.broken().stream())
        .findFirst();
  }

  /** All of both, of each store once, without those of which nothing was found. */
  static List<StoreFindings> merged(List<StoreFindings> left, List<StoreFindings> right) {
    List<StoreFindings> all = new ArrayList<>();
    for (List<StoreFindings> some : List.of(left, right)) {
      for (StoreFindings found : some) {
        if (!found.isEmpty()) {
          add(all, found);
        }
      }
    }
    return List.copyOf(all);
  }

  private static void add(List<StoreFindings> all, StoreFindings found) {
    for (int at = 0; at < all.size(); at++) {
      StoreFindings known = all.get(at);
      if (known.store().sharesStoreWith(found.store())) {
        all.set(
            at,
            new StoreFindings(
                known.store(),
                known.broken().or(found::broken),
                known.findings().and(found.findings())));
        return;
      }
    }
    all.add(found);
  }
}
