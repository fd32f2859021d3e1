package dev.stepcache.format;

import dev.stepcache.key.CacheKey;
import dev.stepcache.key.Scope;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An OCI image as a cache (docs/format.md, the image).
 *
 * @param content in order
 * @param index the last layer of an image of ours; empty for one that another tool made
 * @param key what the image says that it was stored under
 */
public record CacheImage(
    Platform platform,
    List<CacheLayer> content,
    Optional<CacheLayer> index,
    Optional<CacheKey> key) {
  /** The version that is written; every older one is read. */
  public static final int FORMAT = 1;

  /** Docker stops near 127 layers, and OpenShift keeps each one in etcd. */
  public static final int MOST_LAYERS = 100;

  private static final String ANNOTATIONS = "dev.stepcache.";
  static final String FORMAT_ANNOTATION = ANNOTATIONS + "format";
  static final String KEY_ANNOTATION = ANNOTATIONS + "key";
  private static final String SCOPE_ANNOTATION = ANNOTATIONS + "scope";
  private static final String BUILD_ANNOTATION = ANNOTATIONS + "build-seconds";

  private static final Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,8}");

  /** More than any other tool makes; ours has {@link #MOST_LAYERS} at most. */
  private static final int MOST_FOREIGN_LAYERS = 1000;

  public CacheImage {
    content = List.copyOf(content);
  }

  /** Whether a manifest's annotations have one that only ours have, whatever else it says. */
  public static boolean hasAnnotation(Iterator<String> names) {
    boolean ours = false;
    while (names.hasNext()) {
      ours |= names.next().startsWith(ANNOTATIONS);
    }
    return ours;
  }

  /**
   * The format that a manifest says; 0 for an image that another tool made.
   *
   * @throws MalformedDocumentException when it says one that is no number, or says none and names a
   *     key, as only ours do
   */
  public static int format(Manifest manifest) throws MalformedDocumentException {
    String format = manifest.annotations().get(FORMAT_ANNOTATION);
    if (format == null && manifest.annotations().containsKey(KEY_ANNOTATION)) {
      throw new MalformedDocumentException("manifest: has a key and no " + FORMAT_ANNOTATION);
    }
    if (format == null) {
      return 0;
    }
    if (!format.matches("[1-9][0-9]{0,8}")) {
      throw new MalformedDocumentException("manifest: " + FORMAT_ANNOTATION + " is " + format);
    }
    return Integer.parseInt(format);
  }

  /**
   * The blobs of all layers, the index last, as a manifest of ours promises them before its config
   * is known; none of one that is not ours or could not be understood with any config.
   */
  public static List<Descriptor> promised(Manifest manifest) throws MalformedDocumentException {
    List<Descriptor> layers = manifest.layers();
    int format = format(manifest);
    boolean understood =
        format > 0
            && format <= FORMAT
            && !layers.isEmpty()
            && layers.size() <= MOST_LAYERS
            && layers.stream().allMatch(blob -> blob.mediaType().layerCompression().isPresent());
    return understood ? layers : List.of();
  }

  /** Understands a manifest, whose format is no newer than ours, with its config. */
  public static CacheImage of(Manifest manifest, ImageConfig config)
      throws MalformedDocumentException {
    boolean ours = format(manifest) > 0;
    int count = manifest.layers().size();
    if (count != config.diffIds().size()) {
      throw new MalformedDocumentException(
          "manifest: " + count + " layers, config: " + config.diffIds().size() + " diff IDs");
    }
    if (count > (ours ? MOST_LAYERS : MOST_FOREIGN_LAYERS) || (ours && count == 0)) {
      throw new MalformedDocumentException("manifest: " + count + " layers");
    }
    List<CacheLayer> layers = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      Descriptor blob = manifest.layers().get(at);
      Optional<LayerCompression> compression = blob.mediaType().layerCompression();
      if (compression.isEmpty()) {
        throw new MalformedDocumentException(
            "manifest: unsupported layer media type " + blob.mediaType());
      }
      layers.add(new CacheLayer(blob, config.diffIds().get(at), compression.get()));
    }
    return new CacheImage(
        config.platform(),
        ours ? layers.subList(0, count - 1) : layers,
        ours ? Optional.of(layers.getLast()) : Optional.empty(),
        key(manifest));
  }

  /** What a manifest says that the image was stored under. */
  public static Optional<CacheKey> key(Manifest manifest) {
    return Optional.ofNullable(manifest.annotations().get(KEY_ANNOTATION)).flatMap(CacheKey::parse);
  }

  /**
   * The scope that a manifest says in full, since a tag could not hold it; empty for all others. It
   * is the tag's only if that has its name: an image may have been copied to another scope.
   */
  public static Optional<Scope> scope(Manifest manifest) {
    try {
      return Optional.ofNullable(manifest.annotations().get(SCOPE_ANNOTATION)).map(Scope::of);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** How long the build took that made the image, as far as its manifest says. */
  public static Optional<Duration> buildTime(Manifest manifest) {
    return Optional.ofNullable(manifest.annotations().get(BUILD_ANNOTATION))
        .filter(text -> SECONDS.matcher(text).matches())
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }

  /** Holds that an index is the one of this image's layers. */
  public void check(IndexLayer layer) throws MalformedDocumentException {
    List<TreeIndex.Layer> indexed = layer.index().layers();
    boolean same = indexed.size() == content.size();
    for (int at = 0; same && at < content.size(); at++) {
      same = indexed.get(at).diffId().equals(content.get(at).diffId());
    }
    if (!same) {
      throw new MalformedDocumentException("index: is of other layers than the image");
    }
  }

  /** The documents of an image: its config and its manifest. */
  public record Documents(byte[] config, Descriptor configDescriptor, byte[] manifest) {}

  /**
   * A document with blanks behind it: another blob that says the same, for a store that keeps a
   * broken one under the digest of the first (docs/format.md, what was found broken).
   */
  public static byte[] withBlanks(byte[] document, int blanks) {
    byte[] other = Arrays.copyOf(document, document.length + blanks);
    Arrays.fill(other, document.length, other.length, (byte) ' ');
    return other;
  }

  /**
   * What an image says of itself beside its layers.
   *
   * @param created the newest time in the tree, so that the same tree is the same image
   * @param key that it is stored under
   * @param expiry when it may be deleted
   * @param scope for whom it is; said where a tag cannot hold it
   * @param buildTime how long the build took that made it
   */
  public record Description(
      Platform platform,
      Instant created,
      Optional<CacheKey> key,
      Optional<Expiry> expiry,
      Optional<Scope> scope,
      Optional<Duration> buildTime) {
    /** Of an image without a key that never expires. */
    public Description(Platform platform, Instant created) {
      this(
          platform,
          created,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    /** The same of another build. */
    public Description with(Optional<Duration> other) {
      return new Description(platform, created, key, expiry, scope, other);
    }
  }

  /**
   * Writes an image.
   *
   * @param blanks how many the config has behind it; usually none
   */
  public static Documents write(
      Description image, List<PackedLayer> content, PackedLayer index, int blanks) {
    List<PackedLayer> layers = new ArrayList<>(content);
    layers.add(index);
    byte[] config =
        withBlanks(
            new ImageConfig(
                    image.platform(),
                    image.created(),
                    layers.stream().map(PackedLayer::diffId).toList())
                .toJson(image.expiry().map(Expiry::labels).orElse(Map.of())),
            blanks);
    Descriptor configDescriptor = Descriptor.of(MediaType.OCI_CONFIG, config);
    SortedMap<String, String> annotations = new TreeMap<>();
    annotations.put(FORMAT_ANNOTATION, Integer.toString(FORMAT));
    image.key().ifPresent(value -> annotations.put(KEY_ANNOTATION, value.hex()));
    image.expiry().ifPresent(expiry -> annotations.putAll(expiry.annotations()));
    image
        .scope()
        .filter(Scope::isHashed)
        .ifPresent(scope -> annotations.put(SCOPE_ANNOTATION, scope.text()));
    image
        .buildTime()
        .ifPresent(time -> annotations.put(BUILD_ANNOTATION, Long.toString(time.toSeconds())));
    Manifest manifest =
        new Manifest(
            MediaType.OCI_MANIFEST,
            configDescriptor,
            layers.stream().map(PackedLayer::blob).toList(),
            annotations);
    return new Documents(config, configDescriptor, manifest.toJson());
  }
}
