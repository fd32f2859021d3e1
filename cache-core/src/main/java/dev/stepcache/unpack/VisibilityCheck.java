package dev.stepcache.unpack;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.archive.LimitException;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.ReservedNames;
import dev.stepcache.tree.EntryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Holds the rule that what an index calls live is what a reader sees that only knows layers: later
 * ones win, whiteouts hide (docs/format.md, the rule). Safe for use by several threads.
 *
 * <p>Names are kept as 64-bit hashes, as there may be millions. A collision can only make an image
 * look corrupt, or let one pass whose dead entries others would see.
 */
public final class VisibilityCheck {
  private record Dead(String name, int layer) {}

  private static final int DEAD = 32;

  private final MemoryBudget memory;
  private final boolean needed;
  private final Set<String> whiteouts;
  private final Set<String> folders = new HashSet<>();
  private final LayersByHash layerOfLive;
  private final LayersByHash firstLayerBelow;
  private final List<Dead> dead = new ArrayList<>();
  private final long declared;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param memory of which is taken what is held beside the index
   */
  public VisibilityCheck(IndexLayer layer, MemoryBudget memory) {
    this.memory = memory;
    this.layerOfLive = new LayersByHash(memory);
    this.firstLayerBelow = new LayersByHash(memory);
    this.whiteouts = layer.whiteouts();
    this.declared = layer.index().bytes();
    // Without dead entries no name can hide another: a name that is there twice cannot be staged.
    this.needed =
        layer.index().layers().stream()
            .anyMatch(content -> content.live().cardinality() < content.entries());
    layer.index().folders().forEach(folder -> folders.add(folder.name().value()));
  }

  /**
   * @param size of a file; what is no file has none
   */
  void live(String name, int layer, long size) throws IOException {
    if (size > declared || bytes.addAndGet(size) > declared) {
      throw new CorruptArchiveException("the image unpacks to more than its index says");
    }
    String parent = EntryName.parent(name);
    if (!parent.isEmpty() && !folders.contains(parent)) {
      throw new CorruptArchiveException("the index lacks the folder " + parent);
    }
    if (!whiteouts.isEmpty() && isHidden(name)) {
      throw new CorruptArchiveException("a whiteout hides what the index calls live: " + name);
    }
    if (!needed) {
      return;
    }
    synchronized (this) {
      layerOfLive.put(hash(name), layer);
      for (String above = parent; !above.isEmpty(); above = EntryName.parent(above)) {
        firstLayerBelow.putLowest(hash(above), layer);
      }
    }
  }

  /** A folder's entry; one that the index has not must be as hidden as any other dead entry. */
  void folder(String name, int layer) throws LimitException {
    if (!folders.contains(name) && !ReservedNames.isOurs(name)) {
      dead(name, layer);
    }
  }

  synchronized void dead(String name, int layer) throws LimitException {
    memory.takeNode(name, DEAD);
    dead.add(new Dead(name, layer));
  }

  /** To be called when all layers have been read. */
  public synchronized void verify() throws CorruptArchiveException {
    for (Dead entry : dead) {
      if (!isHiddenByLater(entry)) {
        throw new CorruptArchiveException("other readers would see a dead entry: " + entry.name());
      }
    }
  }

  private boolean isHiddenByLater(Dead entry) {
    OptionalInt live = layerOfLive.get(hash(entry.name()));
    if (live.isPresent()) {
      return live.getAsInt() > entry.layer();
    }
    OptionalInt below = firstLayerBelow.get(hash(entry.name()));
    if (below.isPresent()) {
      return below.getAsInt() > entry.layer();
    }
    if (isHidden(entry.name()) || folders.contains(entry.name())) {
      return true;
    }
    String above = EntryName.parent(entry.name());
    for (; !above.isEmpty(); above = EntryName.parent(above)) {
      OptionalInt layer = layerOfLive.get(hash(above));
      if (layer.isPresent()) {
        return layer.getAsInt() > entry.layer();
      }
    }
    return false;
  }

  private boolean isHidden(String name) {
    for (String above = name; !above.isEmpty(); above = EntryName.parent(above)) {
      if (whiteouts.contains(above)) {
        return true;
      }
    }
    return false;
  }

  /** FNV-1a over the name's UTF-16 units, mixed. */
  static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int at = 0; at < name.length(); at++) {
      hash = (hash ^ name.charAt(at)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
    return hash ^ (hash >>> 29);
  }
}
