package dev.stepcache.cli.prune;

import dev.stepcache.cli.CacheDetails;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.Scope;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which caches belong together: those whose tags differ in the key alone, so that a template is one
 * scope, and each SCOPE in it another. What stands for the rest is the tag with {@code *} in the
 * key's place: {@code go-*}. All that was baked is one scope.
 */
final class Scopes {
  private static final String KEY = "*";
  private static final Pattern LATEST = Pattern.compile("(?<![A-Za-z0-9])latest(?![A-Za-z0-9])");

  private final Set<String> ofKeys = new HashSet<>();
  private final boolean one;

  /**
   * Where a tag belongs.
   *
   * @param rolling whether it is the one that names the newest of its scope, whichever key that has
   */
  record Membership(String scope, boolean rolling) {
    /** Whether it may name another image a moment later: of what was baked any tag may. */
    boolean mayMove() {
      return rolling || scope.equals(KEY);
    }
  }

  Scopes(Collection<CacheDetails.Cache> caches) {
    this(false);
    for (CacheDetails.Cache cache : caches) {
      ofKey(cache).ifPresent(ofKeys::add);
    }
  }

  private Scopes(boolean one) {
    this.one = one;
  }

  /** One scope for all. */
  static Scopes one() {
    return new Scopes(true);
  }

  /** A tag that was named by hand is a scope of its own. */
  Membership of(CacheDetails.Cache cache) {
    if (one) {
      return new Membership(KEY, false);
    }
    Optional<String> ofKey = ofKey(cache);
    if (ofKey.isPresent()) {
      return new Membership(ofKey.get(), false);
    }
    Matcher latest = LATEST.matcher(cache.tag().value());
    while (latest.find()) {
      String scope =
          cache.tag().value().substring(0, latest.start())
              + KEY
              + cache.tag().value().substring(latest.end());
      if (ofKeys.contains(scope)) {
        return new Membership(scope, true);
      }
    }
    return new Membership(cache.tag().value(), false);
  }

  private static Optional<String> ofKey(CacheDetails.Cache cache) {
    return cache
        .key()
        .map(CacheKey::hex)
        .filter(key -> cache.tag().value().contains(key))
        .map(key -> cache.tag().value().replace(key, KEY));
  }

  /** What SCOPE made of a branch, as the tag has it; empty where it has none. */
  static Optional<String> branch(CacheDetails.Cache cache) {
    return Scope.nameIn(cache.tag().value());
  }
}
