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
 * @param place a reference of that store
 * @param broken the image under the key that could not be restored, if there is one: an upload may
 *     replace it
 * @param findings blobs and manifests, of whatever image
 */
public record Found(StoreReference place, Optional<Digest> broken, Findings findings) {
  /** Whether nothing was found. */
  boolean isEmpty() {
    return broken.isEmpty() && findings.isEmpty();
  }

  /** Of several stores, what counts for a target: what was found where it is kept. */
  public static Findings of(StoreReference target, List<Found> all) {
    Findings findings = Findings.NONE;
    for (Found found : all) {
      if (found.place().sharesStorageWith(target)) {
        findings = findings.and(found.findings());
      }
    }
    return findings;
  }

  /** The image under the key that could not be restored from the store of a target. */
  public static Optional<Digest> brokenAt(StoreReference target, List<Found> all) {
    return all.stream()
        .filter(found -> found.place().sharesStoreWith(target))
        .flatMap(found -> found.broken().stream())
        .findFirst();
  }

  /** All of both, of each store once, without those of which nothing was found. */
  static List<Found> merged(List<Found> left, List<Found> right) {
    List<Found> all = new ArrayList<>();
    for (List<Found> some : List.of(left, right)) {
      for (Found found : some) {
        if (!found.isEmpty()) {
          add(all, found);
        }
      }
    }
    return List.copyOf(all);
  }

  private static void add(List<Found> all, Found found) {
    for (int at = 0; at < all.size(); at++) {
      Found known = all.get(at);
      if (known.place().sharesStoreWith(found.place())) {
        all.set(
            at,
            new Found(
                known.place(),
                known.broken().or(found::broken),
                known.findings().and(found.findings())));
        return;
      }
    }
    all.add(found);
  }
}
