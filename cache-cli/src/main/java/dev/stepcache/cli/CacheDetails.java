package dev.stepcache.cli;

import dev.stepcache.format.CacheImage;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.WrongContentException;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What a tag of a repository leads to, as far as manifest and config tell. */
public sealed interface CacheDetails {
  Tag tag();

  /**
   * A cache.
   *
   * @param key empty where it was saved under none
   */
  record Cache(
      Tag tag, Digest digest, Optional<CacheKey> key, ImageConfig config, List<Descriptor> layers)
      implements CacheDetails {
    public Cache {
      layers = List.copyOf(layers);
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
    try {
      Optional<StoredManifest> stored = store.manifest(tag);
      return stored.isEmpty() ? Optional.empty() : Optional.of(of(store, tag, stored.get()));
    } catch (StoreException.Corrupt | WrongContentException | MalformedDocumentException e) {
      return Optional.of(new Broken(tag, String.valueOf(e.getMessage())));
    }
  }

  private static CacheDetails of(Fetcher store, Tag tag, StoredManifest stored) throws IOException {
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
    ImageConfig config =
        ImageConfig.parse(ImageReader.config(new VerifiedReads(store), manifest.config()));
    return new Cache(tag, stored.digest(), CacheImage.key(manifest), config, manifest.layers());
  }
}
