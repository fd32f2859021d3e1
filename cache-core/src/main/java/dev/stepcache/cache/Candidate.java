package dev.stepcache.cache;

import dev.stepcache.oci.Tag;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreReference;
import java.util.regex.Pattern;

/**
 * A reference under which a fetch looks.
 *
 * @param exact whether this is the key's own reference; an upload may replace what is broken there
 * @param hits whether what lies here is what was asked for, and no fallback: such as the same key
 *     in another scope
 * @param nearer whether another store of the same cache comes behind this one: trouble here is
 *     told, and is not how the fetch ends
 */
public record Candidate(
    Fetcher store, StoreReference reference, boolean exact, boolean hits, boolean nearer) {
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");

  /** The key's own reference, or else a fallback, in the only store. */
  public Candidate(Fetcher store, StoreReference reference, boolean exact) {
    this(store, reference, exact, exact, false);
  }

  /** Whether another tool can have saved here what is asked for: its keys are not ours. */
  boolean mayBeAnothers() {
    return reference.selector() instanceof Tag tag && !(hits && KEY.matcher(tag.value()).find());
  }
}
