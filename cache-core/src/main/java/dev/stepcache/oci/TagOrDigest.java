package dev.stepcache.oci;

/** What names a manifest inside a repository: the {@code <reference>} of the distribution spec. */
public sealed interface TagOrDigest permits Tag, Digest {
  /** How it stands behind a repository's name: {@code :tag} or {@code @digest}. */
  String suffix();
}
