package dev.stepcache.bake;

import dev.stepcache.connect.OpenStores;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageIndex;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.RunConfig;
import dev.stepcache.oci.Tag;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.Spool;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Bakes an image. Nothing is tagged before all of it is there, so whoever is interrupted leaves
 * what was tagged before as it was.
 */
public final class Bake {
  private final OpenStores stores;
  private final BakeRequest request;
  private final Resources resources;
  private final Consumer<String> progress;

  /**
   * @param progress is told what is done, a line each
   */
  public Bake(
      OpenStores stores, BakeRequest request, Resources resources, Consumer<String> progress) {
    this.stores = stores;
    this.request = request;
    this.resources = resources;
    this.progress = progress;
  }

  /** What a tag names before it is moved. */
  private record Before(Digest digest, Optional<Inputs> inputs) {}

  /**
   * Makes the image and puts it under its tags.
   *
   * @throws BakeException where that cannot be done with what was given
   */
  public Baked run() throws IOException {
    Store target = stores.of(request.target());
    List<Platform> platforms = platforms();
    SequencedMap<Tag, Optional<Before>> before = before(target, platforms.getFirst());
    List<String> warnings = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    try (Spool spool = spool()) {
      for (Platform platform : platforms) {
        members.add(
            new PlatformImage(stores, request, platform, spool, resources, progress, warnings)
                .make());
      }
    }
    return putMembers(target, members, before, warnings);
  }

  private Spool spool() throws BakeException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      return Spool.of(
          folder, Optional.empty(), resources, resources.workers(ImageFormat.OCI.packs().memory()));
    } catch (IOException e) {
      throw new BakeException(
          folder
              + " cannot be written to, where packed layers wait: give the step a volume there ("
              + e.getClass().getSimpleName()
              + ")");
    }
  }

  private List<Platform> platforms() throws IOException {
    if (!request.platforms().isEmpty()) {
      return request.platforms();
    }
    Platform here = new Platform("linux", Platform.current().architecture());
    StoreReference base = PlatformReferences.of(request.base(), here);
    Set<Platform> platforms = RunnableImage.platforms(stores.of(base), base);
    return platforms.size() == 1 ? List.copyOf(platforms) : List.of(here);
  }

  /**
   * What the tags name; a cache is never replaced.
   *
   * @param platform of the image that is compared with what is made for it now
   */
  private SequencedMap<Tag, Optional<Before>> before(Store target, Platform platform)
      throws IOException {
    SequencedMap<Tag, Optional<Before>> found = new LinkedHashMap<>();
    for (Tag tag : request.tags()) {
      Optional<StoredManifest> stored;
      try {
        stored = target.manifest(tag);
      } catch (StoreException.Corrupt e) {
        // Nobody can read it: this mends it.
        stored = Optional.empty();
      }
      if (stored.isPresent() && isCache(stored.get())) {
        throw new BakeException(
            request.target().with(tag)
                + " is a cache: an image needs another tag, or another"
                + " repository");
      }
      found.put(
          tag,
          stored.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new Before(stored.get().digest(), inputs(target, stored.get(), platform))));
    }
    return found;
  }

  private static boolean isCache(StoredManifest stored) {
    try {
      return !stored.mediaType().isIndex() && CacheImage.format(ImageReader.manifest(stored)) > 0;
    } catch (MalformedDocumentException e) {
      return false;
    }
  }

  /** What an image of a bake says that it was made of; of several, what that of a platform says. */
  private static Optional<Inputs> inputs(Store target, StoredManifest stored, Platform platform) {
    try {
      Optional<Manifest> manifest = ImageReader.manifestFor(target, stored, platform);
      if (manifest.isEmpty() || !manifest.get().config().mediaType().isImageConfig()) {
        return Optional.empty();
      }
      byte[] config = ImageReader.config(new VerifiedReads(target), manifest.get().config());
      return RunConfig.parse(config).label(Inputs.LABEL).flatMap(Inputs::parse);
    } catch (IOException e) {
      // It only would have told what changed.
      return Optional.empty();
    }
  }

  private Baked putMembers(
      Store target,
      List<Member> members,
      SequencedMap<Tag, Optional<Before>> before,
      List<String> warnings)
      throws IOException {
    byte[] document;
    MediaType type;
    if (members.size() == 1) {
      document = members.getFirst().manifest();
      type = members.getFirst().descriptor().mediaType();
    } else {
      SequencedMap<Platform, Descriptor> manifests = new LinkedHashMap<>();
      for (Member member : members) {
        target.putUntagged(member.descriptor().mediaType(), member.manifest());
        manifests.put(member.image().platform(), member.descriptor());
      }
      type = members.getFirst().format().index();
      SortedMap<String, String> annotations = new TreeMap<>();
      annotations.put(PlatformImage.ANNOTATION, PlatformImage.VERSION);
      document = ImageIndex.toJson(type, manifests, annotations);
    }
    Digest digest = Digest.of(document);
    List<Tag> moved = new ArrayList<>();
    for (Tag tag : request.tags()) {
      if (before
          .getOrDefault(tag, Optional.empty())
          .map(Before::digest)
          .filter(digest::equals)
          .isEmpty()) {
        put(target, tag, type, document);
        moved.add(tag);
      }
    }
    Optional<Before> last = before.lastEntry().getValue();
    List<String> changes =
        last.flatMap(Before::inputs)
            .map(inputs -> changes(inputs, members.getFirst()))
            .orElse(List.of());
    return new Baked(
        digest,
        members.stream().map(Member::image).toList(),
        request.tags(),
        moved,
        last.map(Before::digest),
        changes,
        warnings);
  }

  private List<String> changes(Inputs before, Member member) {
    List<String> changes = new ArrayList<>(member.inputs().changesSince(before));
    for (CacheInImage cache : member.caches()) {
      Optional<Inputs.Named> old =
          Optional.ofNullable(before.caches().get(cache.paths().firstEntry().getValue().toString()))
              .filter(input -> !input.digest().equals(cache.digest()));
      if (old.isPresent()) {
        folders(old.get())
            .ifPresent(folders ->
                changes.addAll(CacheChanges.lines(folders, CacheChanges.folders(cache.index()))));
      }
    }
    return changes;
  }

  private Optional<Set<String>> folders(Inputs.Named cache) {
    try {
      StoreReference reference = StoreReference.parse(cache.name());
      return CacheChanges.foldersOf(
          stores.of(reference), cache.digest(), new MemoryBudget(resources));
    } catch (IllegalArgumentException | StoreException e) {
      return Optional.empty();
    }
  }

  private void put(Store target, Tag tag, MediaType type, byte[] document) throws IOException {
    try {
      target.put(tag, type, document);
    } catch (StoreException.Rejected e) {
      boolean isOci = type.equals(MediaType.OCI_MANIFEST) || type.equals(MediaType.OCI_INDEX);
      throw new BakeException(
          e.getMessage()
              + (isOci
                  ? ". A registry that takes no OCI media types or no zstd layers may take --format"
                      + " docker"
                  : ""));
    }
  }
}
