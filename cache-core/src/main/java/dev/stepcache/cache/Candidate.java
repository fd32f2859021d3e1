package dev.stepcache.cache;

import dev.stepcache.oci.Tag;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreReference;
import java.util.regex.Pattern;

/**
 * A reference under which a fetch looks.
 *
 * @param match what is found here, as against what was asked for
 * @param nearer whether another store of the same cache comes behind this one: trouble here is
 *     told, and is not how the fetch ends
 */
public record Candidate(Fetcher store, StoreReference reference, Match match, boolean nearer) {
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");

  /** What lies under a reference, as against what was asked for. */
  public enum Match {
    /** The very cache, at the key's own reference: an upload may replace what is broken there. */
    KEY,
    /** The cache of the same key somewhere else, such as in another scope. */
    SAME_KEY,
    /** Another cache, which is better than none. */
    FALLBACK
  }

  /** The key's own reference in the only store. */
  public static Candidate ofTheKey(Fetcher store, StoreReference reference) {
    return new Candidate(store, reference, Match.KEY, false);
  }

  /** A fallback in the only store. */
  public static Candidate fallback(Fetcher store, StoreReference reference) {
    return new Candidate(store, reference, Match.FALLBACK, false);
  }

  /** Whether what is restored from here is a hit. */
  boolean hits() {
    return match != Match.FALLBACK;
  }

  /** Whether an upload of this pod may replace what lies here. */
  boolean isOfTheKey() {
    return match == Match.KEY;
  }

  /** Whether another tool can have saved here what is asked for: its keys are not ours. */
  boolean mayBeAnothers() {
    return reference.selector() instanceof Tag tag && !(hits() && KEY.matcher(tag.value()).find());
  }
}
