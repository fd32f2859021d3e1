package dev.stepcache.cli;

import dev.stepcache.format.CacheImage;
import dev.stepcache.format.Expiry;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.Scope;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a tag of a repository leads to, as far as manifest and config tell. */
public sealed interface CacheDetails {
  /** The tag that was read. */
  Tag tag();

  /**
   * A cache.
   *
   * @param key empty where it was saved under none
   * @param config where it was known already, without diff IDs
   * @param expiry when the store may delete it
   * @param scope for whom it was saved: as its manifest says in full, or as it stands in the tag
   */
  record Cache(
      Tag tag,
      Digest digest,
      Optional<CacheKey> key,
      ImageConfig config,
      List<Descriptor> layers,
      Optional<Expiry> expiry,
      Optional<String> scope)
      implements CacheDetails {
    public Cache {
      layers = List.copyOf(layers);
    }

    /** One that never expires, and of whose scope the tag alone is known. */
    public Cache(
        Tag tag,
        Digest digest,
        Optional<CacheKey> key,
        ImageConfig config,
        List<Descriptor> layers) {
      this(tag, digest, key, config, layers, Optional.empty(), Scope.nameIn(tag.value()));
    }

    /** Of all layers, as they are stored; one that is there twice counts once. */
    public long size() {
      return layers.stream().distinct().mapToLong(Descriptor::size).sum();
    }
  }

  /** What no upload of ours made. */
  record NoCache(Tag tag) implements CacheDetails {}

  /** A tag whose manifest or config is broken. */
  record Broken(Tag tag, String why) implements CacheDetails {}

  /** Reads what a tag leads to; empty if it is gone by now. */
  static Optional<CacheDetails> read(Fetcher store, Tag tag) throws IOException {
    return readOrKnown(store, tag, digest -> Optional.empty());
  }

  /**
   * The same, without asking for what is known.
   *
   * @param known the config of an image, by the digest of its manifest
   */
  static Optional<CacheDetails> readOrKnown(
      Fetcher store, Tag tag, Function<Digest, Optional<ImageConfig>> known) throws IOException {
    try {
      Optional<StoredManifest> stored = store.manifest(tag);
      return stored.isEmpty() ? Optional.empty() : Optional.of(of(store, tag, stored.get(), known));
    } catch (StoreException.Corrupt | BrokenContentException | MalformedDocumentException e) {
      return Optional.of(new Broken(tag, String.valueOf(e.getMessage())));
    }
  }

  private static CacheDetails of(
      Fetcher store, Tag tag, StoredManifest stored, Function<Digest, Optional<ImageConfig>> known)
      throws IOException {
    Manifest manifest;
    try {
      manifest = ImageReader.manifest(stored);
    } catch (MalformedDocumentException e) {
      // An index of several images, an artifact, or of an older schema: none of ours.
      return new NoCache(tag);
    }
    if (CacheImage.format(manifest) == 0) {
      return new NoCache(tag);
    }
    Optional<ImageConfig> before = known.apply(stored.digest());
    ImageConfig config =
        before.isPresent()
            ? before.get()
            : ImageConfig.parse(ImageReader.config(new VerifiedReads(store), manifest.config()));
    return new Cache(
        tag,
        stored.digest(),
        CacheImage.key(manifest),
        config,
        manifest.layers(),
        Expiry.in(manifest.annotations()),
        scope(tag, manifest));
  }

  private static Optional<String> scope(Tag tag, Manifest manifest) {
    Optional<String> name = Scope.nameIn(tag.value());
    return CacheImage.scope(manifest)
        // An image may have been copied to another scope.
        .filter(scope -> name.equals(Optional.of(scope.name())))
        .map(Scope::text)
        .or(() -> name);
  }
}
