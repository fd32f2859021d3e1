package dev.stepcache.bake;

import dev.stepcache.archive.TarEntry;
import dev.stepcache.archive.TarHeader;
import dev.stepcache.disk.ContentSource;
import dev.stepcache.format.CacheLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.ReservedNames;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Store;
import dev.stepcache.transfer.Spool;
import dev.stepcache.transfer.Workers;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.unpack.LiveEntries;
import dev.stepcache.unpack.VisibilityCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The layers that a cache is in an image: its own, where they can be used as they are, and else
 * such as say the same at another path or with other times.
 */
final class CacheLayers {
  /** Whose layers they are, and how many. */
  record PackedCache(
      List<BakedLayer> layers, List<Descriptor> asTheyAre, int packed, int leftOut) {}

  /** How many layers the overlay of most engines can stack. */
  static final int MOST = 127;

  private static final ContentSource NOTHING = ContentSource.of(InputStream.nullInputStream());

  private final CacheInImage cache;
  private final ImageFormat format;
  private final Owner owner;
  private final Spool spool;
  private final Store target;
  private final Resources resources;
  private final int threads;
  private final String createdBy;

  /**
   * @param target where packed layers go
   * @param resources of which each look at a layer has its share
   */
  CacheLayers(
      CacheInImage cache,
      ImageFormat format,
      Owner owner,
      Spool spool,
      Store target,
      Resources resources) {
    this.cache = cache;
    this.format = format;
    this.owner = owner;
    this.spool = spool;
    this.target = target;
    this.resources = resources;
    this.threads = resources.workers(format.packs().memory());
    this.createdBy =
        "stepcache bake: cache " + cache.reference().with(cache.digest()) + " at " + cache.shown();
  }

  /** How many layers of content it has; one more holds its folders. */
  int count() {
    return cache.image().content().size();
  }

  /** How many layers a cache may have, so that those behind it find room too. */
  static int share(List<CacheInImage> caches, int number, int left) throws BakeException {
    int wanted = 0;
    for (CacheInImage cache : caches.subList(number, caches.size())) {
      wanted += cache.image().content().size() + 1;
    }
    if (wanted <= left) {
      return left;
    }
    int each = left / (caches.size() - number);
    if (each < 2) {
      throw new BakeException(
          "the image would have over "
              + MOST
              + " layers, which engines cannot stack: take a base of fewer layers, or copy a folder"
              + " with all its tools in place of one tool each");
    }
    return each;
  }

  /**
   * Makes the layers, and sees to it that the target has those that were packed.
   *
   * @param most how many there may be; at least 2
   */
  PackedCache make(int most) throws IOException {
    List<CacheLayer> content = cache.image().content();
    boolean tooMany = content.size() + 1 > most;
    boolean[] asItIs = new boolean[content.size()];
    List<EmptyFile> empty = new ArrayList<>();
    if (!tooMany) {
      VisibilityCheck first = new VisibilityCheck(cache.layer(), new MemoryBudget(resources));
      Looked[] looked = new Looked[content.size()];
      Workers.runEach(content.size(), threads, number -> looked[number] = look(number, first));
      for (int number = 0; number < looked.length; number++) {
        asItIs[number] = looked[number].stays();
        empty.addAll(looked[number].empty());
      }
    }
    List<List<Integer>> groups = groups(asItIs, tooMany ? most - 1 : content.size());
    VisibilityCheck check = new VisibilityCheck(cache.layer(), cache.memory());
    List<Optional<PackedLayer>> packed = new ArrayList<>();
    groups.forEach(_ -> packed.add(Optional.empty()));
    Workers.runEach(
        groups.size(),
        threads,
        number -> {
          List<Integer> group = groups.get(number);
          if (!asItIs[group.getFirst()]) {
            Optional<PackedLayer> layer = pack(group, check);
            synchronized (packed) {
              packed.set(number, layer);
            }
          }
        });
    List<BakedLayer> layers = new ArrayList<>();
    List<Descriptor> stay = new ArrayList<>();
    int anew = 0;
    for (int number = 0; number < groups.size(); number++) {
      int first = groups.get(number).getFirst();
      if (asItIs[first]) {
        CacheLayer layer = content.get(first);
        stay.add(layer.blob());
        layers.add(new BakedLayer(format.as(layer.blob()), layer.diffId(), createdBy));
      } else if (packed.get(number).isPresent()) {
        anew++;
        layers.add(baked(packed.get(number).get()));
      }
    }
    layers.add(baked(spool.store(target, out -> folders(!stay.isEmpty(), empty, out))));
    return new PackedCache(layers, stay, anew, cache.index().escaped().size());
  }

  private BakedLayer baked(PackedLayer layer) {
    return new BakedLayer(format.as(layer.blob()), layer.diffId(), createdBy);
  }

  /** What stays is alone in its group; what is packed anew is with its neighbours, if it must. */
  private static List<List<Integer>> groups(boolean[] asItIs, int most) {
    int size = Math.ceilDiv(asItIs.length, Math.max(1, most));
    List<List<Integer>> groups = new ArrayList<>();
    for (int number = 0; number < asItIs.length; number++) {
      if (size == 1 || asItIs[number] || groups.isEmpty() || groups.getLast().size() == size) {
        groups.add(new ArrayList<>());
      }
      groups.getLast().add(number);
    }
    return groups;
  }

  /** Whether a layer is used as it is, and which empty files live in it. */
  private record Looked(boolean stays, List<EmptyFile> empty) {}

  /** Such as locks, which whoever uses the cache must be able to open for writing. */
  private record EmptyFile(String name, int mode, long seconds) {}

  private Looked look(int number, VisibilityCheck check) throws IOException {
    CacheLayer layer = cache.image().content().get(number);
    if (!cache.fits() || !format.takes(layer.compression())) {
      return new Looked(false, List.of());
    }
    List<EmptyFile> empty = new ArrayList<>();
    AtomicBoolean stays = new AtomicBoolean(true);
    LiveEntries live =
        new LiveEntries(
            new UnpackLimits(Long.MAX_VALUE, new MemoryBudget(resources)),
            (entry, name, target, mode, mtime, content) -> {
              if (cache.isPackedAnew(name.value())) {
                stays.set(false);
              }
              if (entry.type() == TarEntry.Type.FILE && entry.size() == 0) {
                empty.add(new EmptyFile(name.value(), mode, cache.seconds(name.value(), mtime)));
              }
            });
    boolean _ =
        cache
            .reads()
            .read(
                layer.blob(),
                blob -> {
                  live.read(blob, layer.compression(), cache.index(), number, check);
                  return true;
                });
    return new Looked(stays.get(), stays.get() ? empty : List.of());
  }

  /** Packs what lives in some layers; empty if nothing of it is wanted. */
  private Optional<PackedLayer> pack(List<Integer> group, VisibilityCheck check)
      throws IOException {
    AtomicInteger entries = new AtomicInteger();
    PackedLayer layer =
        spool.store(
            target,
            out -> {
              try (LayerTar tar = new LayerTar(out, format.packs(), owner)) {
                UnpackLimits limits = new UnpackLimits(Long.MAX_VALUE, cache.memory());
                LiveEntries live =
                    new LiveEntries(
                        limits,
                        (entry, name, target, mode, mtime, content) ->
                            add(tar, entry, name.value(), target, mode, mtime, content));
                for (int number : group) {
                  CacheLayer content = cache.image().content().get(number);
                  boolean _ =
                      cache
                          .reads()
                          .read(
                              content.blob(),
                              blob -> {
                                live.read(
                                    blob, content.compression(), cache.index(), number, check);
                                return true;
                              });
                }
                entries.set(tar.entries());
                return tar.finish();
              }
            });
    return entries.get() == 0 ? Optional.empty() : Optional.of(layer);
  }

  private void add(
      LayerTar tar,
      TarEntry entry,
      String name,
      String target,
      int mode,
      long mtime,
      ContentSource content)
      throws IOException {
    Optional<String> there = cache.where(name);
    if (there.isEmpty() || ReservedNames.hasWhiteoutComponent(name)) {
      return;
    }
    long seconds = cache.seconds(name, mtime);
    switch (entry.type()) {
      case FILE -> tar.file(there.get(), mode, entry.size(), seconds, content);
      case SYMLINK -> tar.symlink(there.get(), target, seconds);
      case HARD_LINK -> tar.hardLink(there.get(), mode, cache.where(target).orElseThrow(), seconds);
      case FOLDER, SPECIAL -> throw new IllegalStateException("never handed on");
    }
  }

  /**
   * @param onTopOfItsOwn whether layers of the cache are used as they are: then what they hold and
   *     the cache does not is hidden
   * @param empty files of these layers, which get the modes of what is packed
   */
  private PackedLayer folders(boolean onTopOfItsOwn, List<EmptyFile> empty, OutputStream out)
      throws IOException {
    try (LayerTar tar = new LayerTar(out, format.packs(), owner)) {
      if (onTopOfItsOwn) {
        tar.whiteout(ReservedNames.ROOT);
        Set<String> hidden = new TreeSet<>(EntryName::compare);
        hidden.addAll(cache.layer().whiteouts());
        for (String name : hidden) {
          tar.whiteout(name);
        }
      }
      InnerPath root = cache.paths().firstEntry().getValue();
      if (cache.index().paths().isEmpty() && !root.isRoot()) {
        tar.folder(root.name(), 0755, TarHeader.MTIME);
      }
      for (FolderEntry folder : cache.index().folders()) {
        String name = folder.name().value();
        Optional<String> there = cache.where(name);
        if (there.isPresent() && !ReservedNames.hasWhiteoutComponent(name)) {
          tar.folder(there.get(), folder.mode(), cache.seconds(name, folder.mtime()));
        }
      }
      for (EmptyFile file : empty) {
        tar.file(file.name(), file.mode(), 0, file.seconds(), NOTHING);
      }
      return tar.finish();
    }
  }
}
