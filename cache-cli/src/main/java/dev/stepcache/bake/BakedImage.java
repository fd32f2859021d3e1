package dev.stepcache.bake;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.LayoutDocument;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.RunConfig;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An image that was baked, as far as its documents tell.
 *
 * @param digest of the manifest, or of the index where it is for several platforms
 * @param config of an index that of its first image
 * @param layers of an index those of all its images
 * @param members the images of an index; empty of a single image
 */
public record BakedImage(
    Digest digest, ImageConfig config, List<Descriptor> layers, Set<Digest> members) {
  /** How each step begins that a bake adds to an image's history. */
  private static final String STEP = "stepcache bake";

  public BakedImage {
    layers = List.copyOf(layers);
    members = Set.copyOf(members);
  }

  /**
   * Reads what a tag leads to; empty of what no bake made, images that others built on a baked one
   * included.
   *
   * @throws StoreException where a document that is to be there is not, or is broken
   */
  public static Optional<BakedImage> read(Fetcher store, StoredManifest stored) throws IOException {
    if (stored.mediaType().isIndex()) {
      return ofIndex(store, stored);
    }
    Manifest manifest = ImageReader.manifest(stored);
    return config(store, manifest)
        .map(config -> new BakedImage(stored.digest(), config, manifest.layers(), Set.of()));
  }

  private static Optional<BakedImage> ofIndex(Fetcher store, StoredManifest stored)
      throws IOException {
    boolean isDocker = stored.mediaType().equals(MediaType.DOCKER_MANIFEST_LIST);
    if (!isDocker
        && !Json.object(stored.content(), "index")
            .path("annotations")
            .has(PlatformImage.ANNOTATION)) {
      return Optional.empty();
    }
    Optional<ImageConfig> first = Optional.empty();
    List<Descriptor> layers = new ArrayList<>();
    Set<Digest> members = new LinkedHashSet<>();
    for (Descriptor member : LayoutDocument.parse(stored.content()).documents()) {
      Manifest manifest = ImageReader.manifest(member(store, stored, member));
      if (members.isEmpty()) {
        first = config(store, manifest);
        if (first.isEmpty()) {
          return Optional.empty();
        }
      }
      members.add(member.digest());
      layers.addAll(manifest.layers());
    }
    return first.map(config -> new BakedImage(stored.digest(), config, layers, members));
  }

  private static StoredManifest member(Fetcher store, StoredManifest index, Descriptor member)
      throws IOException {
    return store
        .manifest(member.digest())
        .orElseThrow(() ->
            new StoreException.Missing(
                "read "
                    + store
                    + ": the index "
                    + index.digest()
                    + " names "
                    + member.digest()
                    + ", which is not there"));
  }

  /** The config of an image that was baked. */
  private static Optional<ImageConfig> config(Fetcher store, Manifest manifest) throws IOException {
    boolean isDocker = manifest.mediaType().equals(MediaType.DOCKER_MANIFEST);
    if (!manifest.config().mediaType().isImageConfig()
        || (!isDocker && !manifest.annotations().containsKey(PlatformImage.ANNOTATION))) {
      return Optional.empty();
    }
    RunConfig config =
        RunConfig.parse(ImageReader.config(new VerifiedReads(store), manifest.config()));
    return config
        .label(Inputs.LABEL)
        .flatMap(Inputs::parse)
        .filter(inputs ->
            addsTheLastStep(config, inputs)
                && (isDocker ? isOfADay(config) : annotationsFit(manifest, config, inputs)))
        .map(_ -> config.parts());
  }

  /**
   * Builders hand the labels of a base down, and some its annotations: what they add is a step
   * behind the bake's.
   */
  private static boolean addsTheLastStep(RunConfig config, Inputs inputs) {
    return (inputs.caches().isEmpty() && inputs.files().isEmpty())
        || config.lastStep().map(step -> step.startsWith(STEP)).orElse(true);
  }

  /** Bakes are of the first moment of a day; the start of all time is what other tools say. */
  private static boolean isOfADay(RunConfig config) {
    Instant created = config.parts().created();
    return created.equals(created.truncatedTo(ChronoUnit.DAYS)) && !created.equals(Instant.EPOCH);
  }

  /** Of what was built on it, the base or the time is another one. */
  private static boolean annotationsFit(Manifest manifest, RunConfig config, Inputs inputs) {
    return inputs
            .base()
            .digest()
            .toString()
            .equals(manifest.annotations().get(PlatformImage.BASE_DIGEST))
        && config
            .parts()
            .created()
            .toString()
            .equals(manifest.annotations().get(PlatformImage.CREATED));
  }
}
