package dev.stepcache.transfer;

import dev.stepcache.oci.Digest;
import java.util.HashSet;
import java.util.Set;

/**
 * What was found of blobs and manifests of a store, by their digests, so that an upload relies on
 * none of them.
 *
 * @param broken what was read to its end and is something else: it counts as lost
 * @param unread what could not be had: it counts as there once it could be read
 */
public record Findings(Set<Digest> broken, Set<Digest> unread) {
  /** Nothing was found. */
  public static final Findings NONE = new Findings(Set.of(), Set.of());

  public Findings {
    broken = Set.copyOf(broken);
    unread = Set.copyOf(unread);
  }

  /** Whether all that was read was good. */
  public boolean isEmpty() {
    return broken.isEmpty() && unread.isEmpty();
  }

  /** What these and others found. */
  public Findings and(Findings others) {
    return new Findings(union(broken, others.broken), union(unread, others.unread));
  }

  private static Set<Digest> union(Set<Digest> left, Set<Digest> right) {
    Set<Digest> all = new HashSet<>(left);
    all.addAll(right);
    return all;
  }
}
