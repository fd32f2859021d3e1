package dev.stepcache.cli.prune;

import dev.stepcache.cli.Age;
import dev.stepcache.cli.CacheDetails;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.text.Amounts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which image goes from which scope. What a rolling tag names stays as long as anything else of its
 * scope does: whoever misses is told by it why, and falls back to it.
 */
final class Verdicts {
  /** An image in a scope, under all its tags there. */
  private static final class Member {
    private final CacheDetails.Cache cache;
    private int tags;
    private boolean rolling;
    private boolean held;
    private Optional<String> why = Optional.empty();

    Member(CacheDetails.Cache cache) {
      this.cache = cache;
    }

    boolean stays() {
      return why.isEmpty();
    }
  }

  /**
   * Of two of one time, as images are that were baked in one day, a rolling tag is on the newer.
   */
  private static final Comparator<Member> OLDEST_FIRST =
      Comparator.comparing((Member member) -> member.cache.config().created())
          .thenComparingInt(member -> member.tags)
          .thenComparing(member -> member.cache.digest());

  private final PruneRules rules;
  private final Instant now;
  private final Map<String, Map<Digest, Member>> scopes = new TreeMap<>();

  Verdicts(
      Collection<CacheDetails.Cache> caches, Scopes memberships, PruneRules rules, Instant now) {
    this.rules = rules;
    this.now = now;
    for (CacheDetails.Cache cache : caches) {
      Scopes.Membership membership = memberships.of(cache);
      Member member =
          scopes
              .computeIfAbsent(membership.scope(), scope -> new HashMap<>())
              .computeIfAbsent(cache.digest(), digest -> new Member(cache));
      member.tags++;
      member.rolling |= membership.rolling();
    }
    scopes.values().forEach(members -> decide(List.copyOf(members.values())));
    if (rules.maxTotal().isPresent()) {
      fit(rules.maxTotal().getAsLong());
    }
  }

  /** Why an image goes from a scope; empty where it stays. */
  Optional<String> why(String scope, Digest image) {
    Map<Digest, Member> members = scopes.getOrDefault(scope, Map.of());
    return Optional.ofNullable(members.get(image)).flatMap(member -> member.why);
  }

  private void decide(List<Member> members) {
    Optional<String> branch = Scopes.branch(members.getFirst().cache);
    if (rules.living().isPresent()
        && branch.isPresent()
        && !rules.living().get().contains(branch.get())) {
      members.forEach(member -> member.why = Optional.of("nobody lives in its scope"));
      return;
    }
    List<Member> newest = new ArrayList<>(members);
    newest.sort(OLDEST_FIRST.reversed());
    for (int at = 0; at < newest.size(); at++) {
      Member member = newest.get(at);
      member.held = rules.keepLast().isPresent() && at < rules.keepLast().getAsInt();
      if (!member.held) {
        member.why = whyGoes(member);
      }
    }
    if (members.stream().anyMatch(member -> !member.rolling && member.stays())) {
      members.stream()
          .filter(member -> member.rolling)
          .forEach(member -> member.why = Optional.empty());
    }
  }

  private Optional<String> whyGoes(Member member) {
    if (rules.keepOnlyTheLast()) {
      int last = rules.keepLast().orElse(0);
      return Optional.of(
          last == 1 ? "a newer one is in its scope" : last + " newer ones are in its scope");
    }
    Instant created = member.cache.config().created();
    boolean old =
        rules.maxAge().isPresent()
            && Age.isKnown(created)
            && created.isBefore(now.minus(rules.maxAge().get()));
    return old ? Optional.of("older than " + shown(rules.maxAge().get())) : Optional.empty();
  }

  private static String shown(Duration age) {
    if (age.toHours() > 0) {
      return age.toDays() > 0 ? age.toDays() + " d" : age.toHours() + " h";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + " min" : age.toSeconds() + " s";
  }

  /** The oldest images go until the layers of the others fit. */
  private void fit(long most) {
    Map<Digest, List<Member>> images = new HashMap<>();
    for (Map<Digest, Member> members : scopes.values()) {
      members.forEach(
          (digest, member) -> images.computeIfAbsent(digest, any -> new ArrayList<>()).add(member));
    }
    List<List<Member>> oldest = new ArrayList<>(images.values());
    oldest.removeIf(members -> members.stream().noneMatch(Member::stays));
    oldest.sort(Comparator.comparing(List::getFirst, OLDEST_FIRST));
    Layers layers = new Layers(oldest.stream().map(members -> members.getFirst().cache).toList());
    String why = "over " + Amounts.bytes(most) + " in all";
    // What names the newest of a scope goes only when nothing else of it is left.
    for (boolean last : new boolean[] {false, true}) {
      for (List<Member> image : oldest) {
        if (layers.bytes() <= most) {
          return;
        }
        boolean goes =
            image.stream()
                .filter(Member::stays)
                .allMatch(member -> !member.held && (!member.rolling || (last && isAlone(member))));
        if (goes && image.stream().anyMatch(Member::stays)) {
          image.stream().filter(Member::stays).forEach(member -> member.why = Optional.of(why));
          layers.drop(image.getFirst().cache);
        }
      }
    }
  }

  private boolean isAlone(Member member) {
    return scopes.values().stream()
        .filter(members -> members.containsValue(member))
        .allMatch(members ->
            members.values().stream().allMatch(other -> other == member || !other.stays()));
  }

  /** The layers of some images, each counted once. */
  private static final class Layers {
    private final Map<Digest, Integer> uses = new HashMap<>();
    private long bytes;

    Layers(List<CacheDetails.Cache> images) {
      for (CacheDetails.Cache image : images) {
        for (Descriptor layer : image.layers().stream().distinct().toList()) {
          if (uses.merge(layer.digest(), 1, Integer::sum) == 1) {
            bytes += layer.size();
          }
        }
      }
    }

    void drop(CacheDetails.Cache image) {
      for (Descriptor layer : image.layers().stream().distinct().toList()) {
        if (uses.merge(layer.digest(), -1, Integer::sum) == 0) {
          bytes -= layer.size();
        }
      }
    }

    long bytes() {
      return bytes;
    }
  }
}
