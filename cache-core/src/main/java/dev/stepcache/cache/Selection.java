package dev.stepcache.cache;

import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.CacheEvent.LeftOut;
import dev.stepcache.outcome.CacheEvent.LeftOut.Kind;
import dev.stepcache.outcome.FolderSize;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.SomeNames;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.scan.RescanReport;
import dev.stepcache.scan.TreeScan;
import dev.stepcache.text.Printable;
import dev.stepcache.tree.CredentialNames;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.usage.UnreferencedBlobs;
import dev.stepcache.usage.Usage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What of a cache path one upload saves, and what it leaves out: here and nowhere else is decided
 * that, and said. Left out are
 *
 * <ul>
 *   <li>what the rules exclude, which is not even looked at, and is counted;
 *   <li>sockets, fifos and devices, which are counted;
 *   <li>what is mounted in the cache path, which could not be restored there, and is named;
 *   <li>files that vanish while they are read, which are counted;
 *   <li>files with the names of credentials ({@link CredentialNames}), with all names of their
 *       hard-link groups, unless the rules include them;
 *   <li>only where the rules say so, blobs that nothing names in an OCI image layout ({@link
 *       UnreferencedBlobs});
 *   <li>only where the rules say so, and the tree is saved for another reason, what no build used
 *       for long; and what fits no more, of what this build did not use ({@link Usage});
 *   <li>only where the rules say so, what cannot be read or keeps changing. Else nothing is saved.
 * </ul>
 */
final class Selection {
  /** More than are shown, so that those are mostly the first. */
  private static final int NAMES = 1000;

  /** How often a file that changes while it is read is read in all. */
  private static final int READINGS = 3;

  /** A bound on all scans of one run: a folder that others still fill may never come to rest. */
  private static final int SCANS = 12;

  private final Roots roots;
  private final SaveRules rules;
  private final Usage usage;
  private final Consumer<CacheEvent> events;
  private final Set<String> told = new HashSet<>();
  private final SortedMap<EntryName, String> skipped = new TreeMap<>();
  private final Map<EntryName, Integer> changes = new HashMap<>();
  private int scans;
  private int vanished;
  private Tree tree;

  /**
   * @param usage what the build used
   */
  Selection(Roots roots, SaveRules rules, Usage usage, Consumer<CacheEvent> events) {
    this.usage = usage;
    this.roots = roots;
    this.rules = rules;
    this.events = events;
    this.tree = new Tree(roots, List.of(), List.<TreeEntry>of(), 0, List.of());
  }

  /** What is to be saved, after {@link #scan} or whatever followed it found no trouble. */
  Tree tree() {
    return tree;
  }

  /** Scans the cache path; says what is in the way of saving it. */
  Optional<Trouble> scan() throws IOException {
    scans++;
    LongAdder excluded = new LongAdder();
    Set<String> names = new ConcurrentSkipListSet<>();
    Tree scanned =
        TreeScan.of(
            roots,
            (name, isFolder) -> {
              boolean isOut = rules.excludes().match(name, isFolder);
              if (isOut) {
                excluded.increment();
                if (names.size() < NAMES) {
                  names.add(Printable.of(name));
                }
              }
              return isOut;
            });
    if (excluded.sum() > 0) {
      notice(new CacheEvent.Excluded(excluded.sum(), SomeNames.of(names, excluded.sum())));
    }
    return select(scanned);
  }

  /** To be called when a file was not what the scan saw: scans again, as long as that may help. */
  Optional<Trouble> changed(EntryName name) throws IOException {
    return lookAgain(name, Optional.empty());
  }

  /** To be called when a file could not be read: finds all of which that is so. */
  Optional<Trouble> unreadable(EntryName name, IOException cause) throws IOException {
    return lookAgain(name, Optional.of(cause));
  }

  private Optional<Trouble> lookAgain(EntryName name, Optional<IOException> cause)
      throws IOException {
    RescanReport look = RescanReport.at(tree);
    SortedMap<EntryName, String> unreadable = new TreeMap<>(look.unreadable());
    Set<EntryName> changed = new TreeSet<>(look.changed());
    if (!look.vanished().contains(name) && !changed.contains(name)) {
      cause.ifPresentOrElse(
          failure -> unreadable.putIfAbsent(name, Trouble.of(failure).message()),
          () -> changed.add(name));
    }
    for (EntryName one : changed) {
      if (changes.merge(one, 1, Integer::sum) >= READINGS) {
        unreadable.put(one, "keeps changing");
      }
    }
    if (!look.vanished().isEmpty()) {
      vanished += look.vanished().size();
      notice(new LeftOut(Kind.VANISHED, vanished, names(look.vanished())));
    }
    if (!unreadable.isEmpty()) {
      if (!rules.skipUnreadable()) {
        return Optional.of(cannotBeRead(unreadableNames(unreadable)));
      }
      skipped.putAll(unreadable);
    }
    if (changed.isEmpty() && look.linked().isEmpty()) {
      // Nothing new is let in: others may go on making files that vanish.
      return select(tree.without(look.vanished()));
    }
    if (scans >= SCANS) {
      return Optional.of(new Trouble(Reason.UNREADABLE, "the cache path keeps changing"));
    }
    if (!changed.isEmpty()) {
      notice(new CacheEvent.Rescanned(changed.size(), names(changed)));
    }
    return scan();
  }

  private Optional<Trouble> select(Tree scanned) {
    if (scanned.special() > 0) {
      notice(new LeftOut(Kind.SPECIAL, scanned.special(), SomeNames.of(List.of())));
    }
    if (!scanned.mounted().isEmpty()) {
      notice(new LeftOut(Kind.MOUNTED, scanned.mounted().size(), SomeNames.of(scanned.mounted())));
    }
    List<String> unreadable = unreadableNames(scanned);
    if (!unreadable.isEmpty() && !rules.skipUnreadable()) {
      return Optional.of(cannotBeRead(unreadable));
    }
    List<String> leftOut =
        Stream.concat(unreadable.stream(), unreadableNames(skipped).stream()).toList();
    if (!leftOut.isEmpty()) {
      notice(new LeftOut(Kind.UNREADABLE, leftOut.size(), SomeNames.of(leftOut)));
    }
    tree = scanned.without(skipped.keySet());
    if (!rules.includeSecrets()) {
      tree = tree.without(secrets());
    }
    if (rules.referencedBlobsOnly()) {
      tree = tree.without(unreferencedBlobs());
    }
    tree = usage.withoutEarlier(tree).tree();
    noticeTimesOutOfRange();
    if (tree.entries().isEmpty()) {
      return Optional.of(new Trouble(Reason.EMPTY, "the cache path has no files to save"));
    }
    long bytes = tree.bytes();
    if (bytes > rules.largest()) {
      Usage.Smaller smaller = usage.withoutLongestUnused(tree, rules.largest());
      tree = smaller.tree();
      bytes = tree.bytes();
      if (!smaller.units().isEmpty()) {
        notice(unused(smaller, CacheEvent.Unused.Why.TOO_LARGE));
      }
    }
    if (bytes <= rules.largest()) {
      return Optional.empty();
    }
    events.accept(new CacheEvent.Overgrown(bytes, rules.largest(), FolderSize.largest(tree)));
    return Optional.of(
        new Trouble(Reason.TOO_LARGE, "the cache path has more bytes of files than may be saved"));
  }

  /**
   * The tree without what was not used for long, if there is such; to be asked for where it is
   * going to be saved.
   */
  Optional<Tree> withoutUnused() {
    Usage.Smaller smaller = usage.withoutUnused(tree);
    if (smaller.units().isEmpty() || smaller.tree().entries().isEmpty()) {
      return Optional.empty();
    }
    notice(unused(smaller, CacheEvent.Unused.Why.FOR_LONG));
    return Optional.of(smaller.tree());
  }

  private static CacheEvent.Unused unused(Usage.Smaller smaller, CacheEvent.Unused.Why why) {
    List<String> units = smaller.units();
    return new CacheEvent.Unused(
        why,
        units.size(),
        smaller.files(),
        smaller.bytes(),
        SomeNames.of(units.stream().limit(NAMES).map(Printable::of).toList(), units.size()));
  }

  private void noticeTimesOutOfRange() {
    List<EntryName> beyond = new ArrayList<>();
    TreeEntries entries = tree.entries();
    for (int at = 0; at < entries.size(); at++) {
      long time = entries.mtime(at);
      if (time == Long.MAX_VALUE || time == Long.MIN_VALUE) {
        beyond.add(entries.get(at).name());
      }
    }
    if (!beyond.isEmpty()) {
      notice(new CacheEvent.TimesOutOfRange(beyond.size(), names(beyond)));
    }
  }

  private Set<EntryName> secrets() {
    Set<EntryName> named = new TreeSet<>();
    Set<EntryName> first = new HashSet<>();
    TreeEntries entries = tree.entries();
    for (int at = 0; at < entries.size(); at++) {
      if (!CredentialNames.mayEndIn(entries.component(at))) {
        continue;
      }
      TreeEntry entry = entries.get(at);
      if (CredentialNames.isNamed(roots.relative(entry.name()))) {
        named.add(entry.name());
        first.add(entries.firstName(at));
      }
    }
    if (!named.isEmpty()) {
      notice(new LeftOut(Kind.CREDENTIALS, named.size(), names(named)));
    }
    return first;
  }

  private Set<EntryName> unreferencedBlobs() {
    UnreferencedBlobs.Search found = UnreferencedBlobs.in(tree);
    for (UnreferencedBlobs.Unclear layout : found.unclear()) {
      notice(new CacheEvent.LayoutUnclear(layout.layout(), Trouble.of(layout.cause()).message()));
    }
    Set<EntryName> names = new HashSet<>();
    for (UnreferencedBlobs blobs : found.blobs()) {
      names.addAll(blobs.names());
      var event = new CacheEvent.Unreferenced(blobs.layout(), blobs.names().size(), blobs.bytes());
      if (!blobs.names().isEmpty()) {
        notice(event);
      }
    }
    return names;
  }

  private static Trouble cannotBeRead(List<String> names) {
    return new Trouble(
        Reason.UNREADABLE,
        names.size()
            + " files or folders cannot be read, or keep changing: "
            + SomeNames.of(names));
  }

  private static List<String> unreadableNames(Tree tree) {
    return tree.unreadable().stream().map(one -> one.name() + " (" + one.why() + ")").toList();
  }

  private static List<String> unreadableNames(SortedMap<EntryName, String> names) {
    return names.entrySet().stream()
        .map(one -> Printable.of(one.getKey().value()) + " (" + one.getValue() + ")")
        .toList();
  }

  private static SomeNames names(Collection<EntryName> names) {
    return SomeNames.of(names.stream().map(name -> Printable.of(name.value())).toList());
  }

  /** Says a thing once, however often the tree is scanned. */
  private void notice(CacheEvent event) {
    if (told.add(event.toString())) {
      events.accept(event);
    }
  }
}
