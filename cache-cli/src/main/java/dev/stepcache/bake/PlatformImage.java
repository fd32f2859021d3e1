package dev.stepcache.bake;

import dev.stepcache.archive.Compression;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.RunConfig;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.text.Amounts;
import dev.stepcache.transfer.ImageCopy;
import dev.stepcache.transfer.Spool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The image of one platform: its blobs are brought to the target, and its documents are made. */
final class PlatformImage {
  /** An annotation of what was baked (docs/format.md, baked images). */
  static final String ANNOTATION = "dev.stepcache.baked";

  static final String VERSION = "1";

  private static final String BASE_NAME = "org.opencontainers.image.base.name";
  static final String BASE_DIGEST = "org.opencontainers.image.base.digest";
  static final String CREATED = "org.opencontainers.image.created";

  private static final int BLOBS = 4;

  private final OpenStores stores;
  private final BakeRequest request;
  private final Platform platform;
  private final Store target;
  private final Spool spool;
  private final Resources resources;
  private final Consumer<String> progress;
  private final List<String> warnings;
  private final Inputs inputs;
  private final RunnableImage base;
  private final ImageFormat format;
  private final List<BakedLayer> layers = new ArrayList<>();
  private int there;
  private int mounted;
  private int sent;
  private long sentBytes;
  private int packed;

  /**
   * @param warnings gets a line for what is left out
   */
  PlatformImage(
      OpenStores stores,
      BakeRequest request,
      Platform platform,
      Spool spool,
      Resources resources,
      Consumer<String> progress,
      List<String> warnings)
      throws IOException {
    this.stores = stores;
    this.request = request;
    this.platform = platform;
    this.target = stores.of(request.target());
    this.spool = spool;
    this.resources = resources;
    this.progress = progress;
    this.warnings = warnings;
    StoreReference reference = PlatformReferences.of(request.base(), platform);
    this.base = RunnableImage.read(stores.of(reference), reference, platform);
    this.inputs =
        new Inputs(
            new Inputs.Named(reference.toString(), base.digest()),
            new LinkedHashMap<>(),
            new LinkedHashMap<>());
    this.format = request.format().orElse(base.isDocker() ? ImageFormat.DOCKER : ImageFormat.OCI);
  }

  /** All that is asked for is looked at before anything is moved. */
  Member make() throws IOException {
    checkBase();
    List<CacheInImage> caches = caches();
    List<Copying> files = files();
    checkPaths(caches);
    long before = spool.sent().get();
    move(base.store(), base.reference(), base.layers());
    progress.accept(
        "base "
            + base.reference()
            + " for "
            + platform
            + ": "
            + count(base.layers().size(), "layer"));
    for (Copying file : files) {
      layers.add(file.run());
    }
    int most = CacheLayers.MOST - base.layers().size() - layers.size();
    for (int number = 0; number < caches.size(); number++) {
      most -= add(caches.get(number), CacheLayers.share(caches, number, most));
    }
    sentBytes += spool.sent().get() - before;
    return documents(caches);
  }

  private void checkBase() throws BakeException {
    for (Descriptor layer : base.layers()) {
      LayerCompression compression = RunnableImage.compression(layer);
      if (!format.takes(compression)) {
        throw new BakeException(
            base.reference()
                + " has a layer in zstd, which an image of Docker's media types cannot have: choose"
                + " --format oci");
      }
    }
  }

  private List<CacheInImage> caches() throws IOException {
    List<CacheInImage> caches = new ArrayList<>();
    for (CachePart part : request.caches()) {
      StoreReference reference = PlatformReferences.of(part.reference(), platform);
      try {
        CacheInImage cache =
            CacheInImage.read(
                stores.of(reference),
                reference,
                part,
                platform,
                request,
                new MemoryBudget(resources));
        caches.add(cache);
        cache
            .paths()
            .values()
            .forEach(path ->
                inputs
                    .caches()
                    .put(path.toString(), new Inputs.Named(reference.toString(), cache.digest())));
      } catch (MissingCacheException e) {
        if (!request.allowMissing()) {
          throw new BakeException(String.valueOf(e.getMessage()));
        }
        warnings.add("there is no cache " + reference + ": the image is baked without it");
      }
    }
    return caches;
  }

  /** A file or folder that was found, to be made a layer of. */
  private interface Copying {
    BakedLayer run() throws IOException;
  }

  private List<Copying> files() throws IOException {
    List<Copying> files = new ArrayList<>();
    for (FilePart part : request.files()) {
      String createdBy = "stepcache bake: copy " + part.source() + " to " + part.destination();
      files.add(
          switch (part.source()) {
            case FilePart.OfImage source -> {
              StoreReference reference = PlatformReferences.of(source.image(), platform);
              RunnableImage image = RunnableImage.read(stores.of(reference), reference, platform);
              FilesOfImage.Copy copy = new FilesOfImage(image, part, source.path()).find();
              inputs
                  .files()
                  .put(
                      part.destination().toString(),
                      new Inputs.Named(reference + ":" + source.path(), image.digest()));
              yield () -> {
                progress.accept(
                    part.destination()
                        + ": "
                        + Amounts.bytes(copy.size())
                        + " of "
                        + reference
                        + ":"
                        + source.path());
                return pack(copy::write, createdBy);
              };
            }
            case FilePart.OfWorkspace source -> {
              FilesOfWorkspace copy = new FilesOfWorkspace(request.directory(), part, source);
              copy.check();
              yield () -> {
                BakedLayer layer = pack(copy::write, createdBy);
                inputs
                    .files()
                    .put(
                        part.destination().toString(),
                        new Inputs.Named(source.path(), layer.diffId()));
                progress.accept(part.destination() + ": " + source + " of the workspace");
                return layer;
              };
            }
          });
    }
    return files;
  }

  private interface Writing {
    void into(LayerTar tar) throws IOException;
  }

  private BakedLayer pack(Writing writing, String createdBy) throws IOException {
    PackedLayer layer =
        spool.store(
            target,
            out -> {
              Compression compression = format.packs();
              try (LayerTar tar = new LayerTar(out, compression, request.owner())) {
                writing.into(tar);
                return tar.finish();
              }
            });
    return new BakedLayer(format.as(layer.blob()), layer.diffId(), createdBy);
  }

  /** No two things at one path, nor one inside another. */
  private void checkPaths(List<CacheInImage> caches) throws BakeException {
    SortedMap<InnerPath, String> taken = new TreeMap<>();
    for (FilePart file : request.files()) {
      take(file.destination(), "a copy of " + file.source(), taken);
    }
    for (CacheInImage cache : caches) {
      for (InnerPath path : cache.paths().values()) {
        for (InnerPath there : path.isRoot() ? cache.atTheRoot() : List.of(path)) {
          take(there, "the cache " + cache.reference(), taken);
        }
      }
    }
  }

  private static void take(InnerPath path, String what, SortedMap<InnerPath, String> taken)
      throws BakeException {
    for (Map.Entry<InnerPath, String> other : taken.entrySet()) {
      if (other.getKey().holds(path) || path.holds(other.getKey())) {
        throw new BakeException(
            "two things at one path: "
                + other.getValue()
                + " at "
                + other.getKey()
                + ", and "
                + what
                + " at "
                + path);
      }
    }
    taken.put(path, what);
  }

  private int add(CacheInImage cache, int most) throws IOException {
    CacheLayers.PackedCache made =
        new CacheLayers(cache, format, request.owner(), spool, target, resources).make(most);
    move(cache.reads().store(), cache.reference(), made.asTheyAre());
    layers.addAll(made.layers());
    packed += made.packed();
    if (made.leftOut() > 0) {
      warnings.add(
          cache.reference()
              + ": "
              + count(made.leftOut(), "name")
              + " with a component that begins with .wh. cannot be in an image, and was left out");
    }
    progress.accept(
        "cache "
            + cache.reference()
            + " at "
            + cache.shown()
            + ": "
            + (made.asTheyAre().size() == 1
                ? "1 layer as it is, "
                : made.asTheyAre().size() + " layers as they are, ")
            + made.packed()
            + " packed anew");
    return made.layers().size();
  }

  private void move(Fetcher from, StoreReference source, List<Descriptor> blobs)
      throws IOException {
    List<Descriptor> distinct = blobs.stream().distinct().toList();
    ImageCopy.Moved moved = new ImageCopy(from, source, target, BLOBS, _ -> {}).blobs(distinct);
    mounted += moved.mounted();
    sent += moved.sent();
    sentBytes += moved.bytes();
    there += distinct.size() - moved.mounted() - moved.sent();
  }

  private Member documents(List<CacheInImage> caches) throws IOException {
    Map<String, String> labels = new TreeMap<>(request.labels());
    labels.put(Inputs.LABEL, inputs.toJson());
    byte[] config =
        base.config()
            .with(
                request.created(),
                layers.stream()
                    .map(layer -> new RunConfig.Layer(layer.diffId(), layer.createdBy()))
                    .toList(),
                request.environmentOver(base.config().environment()),
                labels);
    Descriptor configBlob = Descriptor.of(format.config(), config);
    spool.send(target, configBlob, () -> new ByteArrayInputStream(config));
    SortedMap<String, String> annotations = new TreeMap<>();
    if (format == ImageFormat.OCI) {
      annotations.put(ANNOTATION, VERSION);
      annotations.put(BASE_NAME, inputs.base().name());
      annotations.put(BASE_DIGEST, inputs.base().digest().toString());
      annotations.put(CREATED, request.created().toString());
    }
    List<Descriptor> all = new ArrayList<>();
    base.layers().forEach(layer -> all.add(format.as(layer)));
    layers.forEach(layer -> all.add(layer.blob()));
    byte[] manifest = new Manifest(format.manifest(), configBlob, all, annotations).toJson();
    Descriptor descriptor = Descriptor.of(format.manifest(), manifest);
    return new Member(
        manifest,
        descriptor,
        format,
        inputs,
        caches,
        new Baked.Image(
            platform,
            descriptor.digest(),
            all.size(),
            all.stream().distinct().mapToLong(Descriptor::size).sum(),
            there,
            mounted,
            sent,
            sentBytes,
            packed));
  }

  private static String count(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
