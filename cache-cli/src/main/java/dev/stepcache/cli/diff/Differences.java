package dev.stepcache.cli.diff;

import dev.stepcache.format.TreeIndex;
import dev.stepcache.oci.Digest;
import dev.stepcache.resources.Resources;
import dev.stepcache.transfer.Workers;
import dev.stepcache.unpack.LayerEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What differs between two caches.
 *
 * @param files that came, went or changed, by their names
 * @param same how many files and links both have, with the same content
 * @param touched how many of those that lie in the same place of both have another time or mode
 * @param read compressed bytes of the layers that had to be read
 */
record Differences(SortedMap<String, Change> files, long same, long touched, long read) {
  /**
   * One file or link, before and after.
   *
   * @param before its size; empty where it was not there
   * @param after its size; empty where it is not there any more
   */
  record Change(Optional<Long> before, Optional<Long> after) {
    /** Came, went or changed, as one character. */
    char sign() {
      return before.isEmpty() ? '+' : after.isEmpty() ? '-' : '~';
    }

    /** Bytes more than before. */
    long growth() {
      return after.orElse(0L) - before.orElse(0L);
    }
  }

  /** A layer of either or both, by its number there. */
  private record Pair(Optional<Integer> before, Optional<Integer> after) {}

  static Differences between(OpenedCache before, OpenedCache after) throws IOException {
    return new Comparison(before, after).run();
  }

  /** One comparison under way. */
  private static final class Comparison {
    private final OpenedCache before;
    private final OpenedCache after;
    private final Map<String, LayerEntry> gone = new HashMap<>();
    private final Map<String, LayerEntry> there = new HashMap<>();
    private long same;
    private long touched;
    private long read;

    private Comparison(OpenedCache before, OpenedCache after) {
      this.before = before;
      this.after = after;
    }

    private Differences run() throws IOException {
      List<Pair> pairs = new ArrayList<>();
      for (Pair pair : pairs()) {
        if (pair.before().isPresent() && pair.after().isPresent()) {
          compare(pair, pairs);
        } else {
          pairs.add(pair);
        }
      }
      Workers.runEach(
          pairs.size(), Resources.ofThisJvm().workers(), number -> read(pairs.get(number)));
      return new Differences(changes(), same, touched, read);
    }

    /** The layers of both, those with the same content together. */
    private List<Pair> pairs() {
      Map<Digest, Integer> positions = new HashMap<>();
      for (int at = 0; at < after.index().layers().size(); at++) {
        positions.put(after.index().layers().get(at).diffId(), at);
      }
      List<Pair> pairs = new ArrayList<>();
      for (int at = 0; at < before.index().layers().size(); at++) {
        Optional<Integer> other =
            Optional.ofNullable(positions.remove(before.index().layers().get(at).diffId()));
        pairs.add(new Pair(Optional.of(at), other));
      }
      positions.values().stream()
          .sorted()
          .forEach(at -> pairs.add(new Pair(Optional.empty(), Optional.of(at))));
      return pairs;
    }

    /** Of a layer that both have, only what is live in one of them alone has to be looked at. */
    private void compare(Pair pair, List<Pair> toRead) {
      TreeIndex.Layer old = before.index().layers().get(pair.before().orElseThrow());
      TreeIndex.Layer now = after.index().layers().get(pair.after().orElseThrow());
      int oldAt = 0;
      int nowAt = 0;
      for (int at = 0; at < Math.min(old.entries(), now.entries()); at++) {
        boolean inOld = old.live().get(at);
        boolean inNow = now.live().get(at);
        if (inOld && inNow) {
          same++;
          if (old.modes()[oldAt] != now.modes()[nowAt]
              || old.mtimes()[oldAt] != now.mtimes()[nowAt]) {
            touched++;
          }
        }
        oldAt += inOld ? 1 : 0;
        nowAt += inNow ? 1 : 0;
      }
      if (!old.live().equals(now.live())) {
        toRead.add(pair);
      }
    }

    private void read(Pair pair) throws IOException {
      BitSet old = live(before, pair.before());
      BitSet now = live(after, pair.after());
      // Where a link that is dead leads is not told: so by the index that has more of them live.
      boolean byNow = now.cardinality() >= old.cardinality();
      OpenedCache source = byNow ? after : before;
      int number = (byNow ? pair.after() : pair.before()).orElseThrow();
      List<LayerEntry> entries = source.entries(number);
      synchronized (this) {
        read += source.size(number);
        for (int at = 0; at < entries.size(); at++) {
          LayerEntry entry = entries.get(at);
          if (old.get(at) && !now.get(at)) {
            gone.put(entry.name(), entry);
          } else if (now.get(at) && !old.get(at)) {
            there.put(entry.name(), entry);
          }
        }
      }
    }

    private static BitSet live(OpenedCache cache, Optional<Integer> number) {
      return number.map(at -> cache.index().layers().get(at).live()).orElseGet(BitSet::new);
    }

    private SortedMap<String, Change> changes() {
      SortedMap<String, Change> changes = new TreeMap<>();
      gone.forEach((name, entry) -> {
        LayerEntry now = there.get(name);
        if (now == null) {
          changes.put(name, new Change(Optional.of(entry.size()), Optional.empty()));
        } else if (now.kind() == entry.kind() && now.content().equals(entry.content())) {
          same++;
        } else {
          changes.put(name, new Change(Optional.of(entry.size()), Optional.of(now.size())));
        }
      });
      there.forEach((name, entry) -> {
        if (!gone.containsKey(name)) {
          changes.put(name, new Change(Optional.empty(), Optional.of(entry.size())));
        }
      });
      return changes;
    }
  }
}
