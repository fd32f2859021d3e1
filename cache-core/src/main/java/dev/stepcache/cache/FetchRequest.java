package dev.stepcache.cache;

import dev.stepcache.oci.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What to restore.
 *
 * @param candidates where to look, in order
 * @param expected what the first image that is found must be; else nothing is restored
 * @param anyPlatform whether an image of another platform will do
 * @param lookupOnly whether only to say what would be restored, and to leave the cache path alone
 */
public record FetchRequest(
    List<Candidate> candidates,
    Optional<Digest> expected,
    boolean anyPlatform,
    boolean lookupOnly) {
  public FetchRequest {
    candidates = List.copyOf(candidates);
  }

  /** Restores whatever is found first, if it is for this platform. */
  public static FetchRequest of(List<Candidate> candidates) {
    return new FetchRequest(candidates, Optional.empty(), false, false);
  }
}
