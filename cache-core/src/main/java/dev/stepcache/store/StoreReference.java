package dev.stepcache.store;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.text.Printable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where one cache lies, with every placeholder filled: {@code oci://host/name:tag} in a registry,
 * {@code file:///folder:tag} in an OCI image layout, {@code s3://bucket/folder:tag} in a bucket.
 */
public sealed interface StoreReference {
  /** Which image of the repository it names. */
  TagOrDigest selector();

  /** Another image of the same repository. */
  StoreReference with(TagOrDigest selector);

  /** Whether this is another repository of the same registry. */
  default boolean isBeside(StoreReference other) {
    return this instanceof InRegistry(ImageReference image)
        && other instanceof InRegistry(ImageReference neighbour)
        && image.registry().equals(neighbour.registry())
        && !image.repository().equals(neighbour.repository());
  }

  /**
   * Whether the other repository lies in the same namespace: has the same components but the last
   * one. Rights are given by these. A repository of one component is in none.
   */
  default boolean sharesNamespaceWith(StoreReference other) {
    return this instanceof InRegistry(ImageReference image)
        && other instanceof InRegistry(ImageReference neighbour)
        && image.registry().equals(neighbour.registry())
        && image.namespace().isPresent()
        && image.namespace().equals(neighbour.namespace());
  }

  /**
   * Whether what is kept of the one is kept of the other too: both lie in one registry, which keeps
   * one copy of a blob for all its repositories, or in one folder, on a disk or in a bucket.
   */
  default boolean sharesStorageWith(StoreReference other) {
    if (this instanceof InRegistry(ImageReference image)) {
      return other instanceof InRegistry(ImageReference neighbour)
          && image.registry().equals(neighbour.registry());
    }
    if (this instanceof InBucket bucket) {
      return other instanceof InBucket another && bucket.repository().equals(another.repository());
    }
    return this instanceof InLayout layout
        && other instanceof InLayout another
        && layout.folder().equals(another.folder());
  }

  /** Whether this is the same repository, whatever the tags. */
  default boolean sharesStoreWith(StoreReference other) {
    return sharesStorageWith(other)
        && (!(this instanceof InRegistry(ImageReference image))
            || (other instanceof InRegistry(ImageReference neighbour)
                && image.repository().equals(neighbour.repository())));
  }

  /** In a repository of a registry. */
  record InRegistry(ImageReference image) implements StoreReference {
    @Override
    public TagOrDigest selector() {
      return image.selector();
    }

    @Override
    public StoreReference with(TagOrDigest selector) {
      return new InRegistry(image.with(selector));
    }

    @Override
    public String toString() {
      return "oci://" + image;
    }
  }

  /**
   * @param folder in the bucket, without slashes at its ends; may be empty
   */
  record InBucket(BucketService service, String bucket, String folder, TagOrDigest selector)
      implements StoreReference {
    @Override
    public StoreReference with(TagOrDigest selector) {
      return new InBucket(service, bucket, folder, selector);
    }

    /** Of a folder that holds caches. */
    public InBucket(BucketPath path, TagOrDigest selector) {
      this(path.service(), path.bucket(), path.folder(), selector);
    }

    /** The same without tag or digest: what all references of one repository share. */
    public String repository() {
      return new BucketPath(service, bucket, folder).toString();
    }

    @Override
    public String toString() {
      return repository() + selector.suffix();
    }
  }

  /**
   * @param folder absolute
   */
  record InLayout(Path folder, TagOrDigest selector) implements StoreReference {
    public InLayout {
      if (!folder.isAbsolute()) {
        throw new IllegalArgumentException(
            "'file://" + folder + "' is no store: wants an absolute folder, file:///folder:tag");
      }
    }

    @Override
    public StoreReference with(TagOrDigest selector) {
      return new InLayout(folder, selector);
    }

    @Override
    public String toString() {
      return "file://" + folder + selector.suffix();
    }
  }

  /** Reads a reference; throws IllegalArgumentException that says what is wrong with it. */
  static StoreReference parse(String text) {
    if (text.startsWith("oci://")) {
      return new InRegistry(ImageReference.parse(text.substring("oci://".length())));
    }
    if (text.startsWith("file://")) {
      return layout(text.substring("file://".length()));
    }
    Optional<BucketService> service = BucketService.of(text);
    if (service.isPresent()) {
      return bucket(
          service.get(), text.substring(service.get().scheme().length() + "://".length()));
    }
    throw new IllegalArgumentException(
        "'"
            + Printable.of(text)
            + "' has no scheme that stepcache knows: oci://, s3://, gs://, azblob:// or file://");
  }

  /**
   * Reads a whole repository, in which no tag is meant: all of a path in a bucket is its folder.
   * The selector is the tag latest.
   */
  static StoreReference repository(String text) {
    Optional<BucketService> service = BucketService.of(text);
    return service.isPresent()
        ? new InBucket(
            BucketPath.of(
                service.get(), text.substring(service.get().scheme().length() + "://".length())),
            new Tag("latest"))
        : parse(text);
  }

  private static StoreReference bucket(BucketService service, String text) {
    String path = text.replaceFirst("/+$", "");
    int slash = path.lastIndexOf('/');
    int at = path.lastIndexOf('@');
    if (at > slash) {
      return new InBucket(
          BucketPath.of(service, path.substring(0, at)), Digest.parse(path.substring(at + 1)));
    }
    int colon = path.lastIndexOf(':');
    if (colon > slash) {
      return new InBucket(
          BucketPath.of(service, path.substring(0, colon)), new Tag(path.substring(colon + 1)));
    }
    if (slash <= 0) {
      throw new IllegalArgumentException(
          "'"
              + service.scheme()
              + "://"
              + Printable.of(text)
              + "' names no cache in its bucket: wants such as "
              + service.scheme()
              + "://bucket/folder:{{hash}}");
    }
    if (path.charAt(slash - 1) == '/') {
      throw new IllegalArgumentException(
          "'" + service.scheme() + "://" + Printable.of(text) + "' has a folder without a name");
    }
    return new InBucket(
        BucketPath.of(service, path.substring(0, slash)),
        BucketPath.tag(service, path.substring(slash + 1)));
  }

  private static StoreReference layout(String text) {
    int at = text.lastIndexOf('@');
    if (at > text.lastIndexOf('/')) {
      return new InLayout(folder(text.substring(0, at)), Digest.parse(text.substring(at + 1)));
    }
    int colon = text.lastIndexOf(':');
    if (colon > text.lastIndexOf('/')) {
      return new InLayout(folder(text.substring(0, colon)), new Tag(text.substring(colon + 1)));
    }
    return new InLayout(folder(text), new Tag("latest"));
  }

  private static Path folder(String text) {
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("'file://" + Printable.of(text) + "' names no folder");
    }
    return Path.of(text).normalize();
  }
}
