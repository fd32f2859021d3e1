package dev.stepcache.usage;

import dev.stepcache.format.Uses;
import dev.stepcache.format.Uses.LastUse;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.GoBuildCache;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the build before one save used, unit by unit, and so what the save leaves out. A unit counts
 * as unused if each of its files still has the access time that the restore left it with: what was
 * made since, read, or touched at all counts as used, and so does everything where nobody can tell.
 * For one thread at a time.
 */
public final class Usage {
  /** How many saves in a row must have seen a unit unused, before the one that leaves it out. */
  private static final int SAVES = 3;

  private static final long DAY = Duration.ofDays(1).toSeconds();

  private final Pruning pruning;
  private final UsesFile before;
  private final boolean tells;
  private final boolean blind;
  private final Optional<Long> since;
  private final long saved;
  private final SortedSet<String> leftOut = new TreeSet<>();
  private Optional<Set<String>> firstUnread = Optional.empty();

  private Usage(
      Pruning pruning, UsesFile before, boolean tells, boolean blind, Optional<Long> since) {
    this.pruning = pruning;
    this.before = before;
    this.tells = tells;
    this.blind = blind;
    this.since = since;
    long now = Math.max(0, pruning.clock().instant().getEpochSecond());
    // A clock that runs behind makes no day earlier than one that was told already.
    this.saved = Math.max(now, before.uses().map(Uses::saved).orElse(0L));
  }

  /** That of a save of which nothing is known but its time. */
  public static Usage unknown(Pruning pruning) {
    return new Usage(pruning, UsesFile.NOTHING, false, false, Optional.empty());
  }

  /**
   * That of a save.
   *
   * @param before what the restore, or an earlier save, left
   * @param ownFolders {@code .stepcache} of each cache path, in which it is tried whether access
   *     times tell anything
   * @param since the ctime of a file made before the tree was scanned
   */
  public static Usage of(
      Pruning pruning,
      Optional<UsesFile> before,
      Collection<Path> ownFolders,
      Optional<Long> since) {
    if (pruning.units() == Units.NONE || before.isEmpty()) {
      return new Usage(pruning, before.orElse(UsesFile.NOTHING), false, false, since);
    }
    return AccessTimes.tell(ownFolders)
        ? new Usage(pruning, before.get(), true, false, since)
        : new Usage(pruning, before.get(), false, true, since);
  }

  /** Whether the file system notes no reads that we see, where something depends on them. */
  public boolean isBlind() {
    return blind && pruning.after().isPresent();
  }

  /**
   * What a save left out.
   *
   * @param tree what is left
   * @param units that were left out
   */
  public record Smaller(Tree tree, List<String> units, long files, long bytes) {}

  /** A unit of a tree. */
  private static final class Unit {
    private final String name;
    private boolean used;
    private long bytes;
    private long files;

    Unit(String name) {
      this.name = name;
    }
  }

  /** The units of a tree, and to which its entries belong. */
  private final class Table {
    private final Map<String, Unit> units = new HashMap<>();

    /** Of each entry its unit, so that a name is held once. */
    private final @Nullable Unit[] of;

    private boolean read;

    Table(Tree tree) {
      TreeEntries entries = tree.entries();
      of = new Unit[entries.size()];
      boolean named = !tree.roots().names().isEmpty();
      Set<String> first = firstUnread.orElse(Set.of());
      for (int at = 0; at < of.length; at++) {
        String name = unit(entries.name(at), named);
        boolean unread =
            entries.isUnread(at) || (first.contains(name) && isAsScannedFirst(entries, at));
        read |= !unread && wasThere(entries, at);
        if (name.isEmpty()) {
          continue;
        }
        Unit unit = units.computeIfAbsent(name, Unit::new);
        of[at] = unit;
        unit.used |= !unread;
        unit.bytes += entries.content(at);
        unit.files++;
        if (entries.isHardLink(at)) {
          join(unit, unit(entries.firstName(at).value(), named));
        }
      }
      if (firstUnread.isEmpty()) {
        firstUnread = Optional.of(names());
      }
    }

    /** A file that has names in several units goes with neither. */
    private void join(Unit one, String other) {
      if (!one.name.equals(other)) {
        one.used = true;
        Unit first = units.get(other);
        if (first != null) {
          first.used = true;
        }
      }
    }

    private List<Unit> unused() {
      return units.values().stream().filter(unit -> !unit.used).toList();
    }

    private Set<String> names() {
      return unused().stream().map(unit -> unit.name).collect(Collectors.toSet());
    }

    private Smaller without(Tree tree, Set<Unit> out) {
      BitSet positions = new BitSet();
      for (int at = 0; at < of.length; at++) {
        Unit unit = of[at];
        positions.set(at, unit != null && out.contains(unit));
      }
      List<String> names = out.stream().map(unit -> unit.name).sorted(EntryName::compare).toList();
      leftOut.addAll(names);
      return new Smaller(
          tree.without(positions),
          names,
          out.stream().mapToLong(unit -> unit.files).sum(),
          out.stream().mapToLong(unit -> unit.bytes).sum());
    }
  }

  private String unit(String name, boolean named) {
    int root = named ? name.indexOf('/') + 1 : 0;
    String unit = pruning.units().of(name.substring(root));
    return unit.isEmpty() ? Units.NO_UNIT : name.substring(0, root) + unit;
  }

  /** What our own reading did to it since the first scan does not count. */
  private boolean isAsScannedFirst(TreeEntries entries, int at) {
    return since.isPresent() && entries.ctime(at) < since.get();
  }

  /** Whether an entry that was read is one that the restore made: then the build used the cache. */
  private boolean wasThere(TreeEntries entries, int at) {
    return entries.ctime(at) < before.watermark()
        || (GoBuildCache.isEntry(entries.name(at)) && entries.mtime(at) >= before.watermark());
  }

  /**
   * The tree without what earlier saves left out of this very tree, and nobody read since: it still
   * lies there.
   */
  public Smaller withoutEarlier(Tree tree) {
    if (before.leftOut().isEmpty() || !tells) {
      return nothing(tree);
    }
    Table table = new Table(tree);
    Set<Unit> out = new HashSet<>();
    for (Unit unit : table.unused()) {
      if (before.leftOut().contains(unit.name)) {
        out.add(unit);
      }
    }
    return table.without(tree, out);
  }

  /** The tree without the units that were unused for so long as the rules say. */
  public Smaller withoutUnused(Tree tree) {
    if (!mayLeaveOut()) {
      return nothing(tree);
    }
    Table table = new Table(tree);
    if (!table.read) {
      return nothing(tree);
    }
    Set<Unit> out = new HashSet<>();
    for (Unit unit : table.unused()) {
      LastUse last = known().get(unit.name);
      if (last != null && last.saves() >= SAVES && daysSince(last) >= days()) {
        out.add(unit);
      }
    }
    return table.without(tree, out);
  }

  /**
   * The tree without as many units as it takes to have no more than so many bytes, those first that
   * were unused for longest; nothing is left out where all of them would not do.
   */
  public Smaller withoutLongestUnused(Tree tree, long largest) {
    if (!mayLeaveOut()) {
      return nothing(tree);
    }
    Table table = new Table(tree);
    List<Unit> unused = table.read ? table.unused() : List.of();
    long bytes = tree.bytes();
    Set<Unit> out = new HashSet<>();
    for (Unit unit : unused.stream().sorted(longestUnusedFirst()).toList()) {
      if (bytes <= largest) {
        break;
      }
      out.add(unit);
      bytes -= unit.bytes;
    }
    return bytes > largest ? nothing(tree) : table.without(tree, out);
  }

  private static Smaller nothing(Tree tree) {
    return new Smaller(tree, List.of(), 0, 0);
  }

  private boolean mayLeaveOut() {
    return tellsOfThisBuild() && pruning.after().isPresent();
  }

  private boolean tellsOfThisBuild() {
    return tells && before.tells() && pruning.built();
  }

  private Comparator<Unit> longestUnusedFirst() {
    return Comparator.comparingLong((Unit unit) -> aged(unit.name).day())
        .thenComparingInt(unit -> -aged(unit.name).saves())
        .thenComparing(unit -> unit.name, EntryName::compare);
  }

  private SortedMap<String, LastUse> known() {
    return before.uses().map(Uses::unused).orElse(new TreeMap<>());
  }

  private long daysSince(LastUse last) {
    return saved / DAY - last.day();
  }

  private long days() {
    return Math.ceilDiv(pruning.after().orElseThrow().toSeconds(), DAY);
  }

  /** The last use of a unit that this build did not use either. */
  private LastUse aged(String unit) {
    LastUse last = known().get(unit);
    return last == null
        ? new LastUse(before.uses().map(Uses::savedOn).orElse(saved / DAY), 1)
        : new LastUse(last.day(), last.saves() + 1);
  }

  /** What an image of a tree is to tell of its life. */
  public Uses uses(Tree tree) {
    if (!tells) {
      return new Uses(saved, new TreeMap<>());
    }
    Table table = new Table(tree);
    boolean ages = tellsOfThisBuild() && table.read;
    SortedMap<String, LastUse> unused = new TreeMap<>(EntryName::compare);
    for (String unit : table.names()) {
      LastUse last = known().get(unit);
      if (ages) {
        unused.put(unit, aged(unit));
      } else if (last != null) {
        unused.put(unit, last);
      }
    }
    return new Uses(saved, unused);
  }

  /** What is to be left beside the tree once it was saved. */
  public UsesFile after(Uses uses) {
    return new UsesFile(false, 0, Optional.of(uses), leftOut);
  }
}
