package dev.stepcache.bake;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import java.util.List;
import java.util.Optional;

/**
 * An image that was baked and is there.
 *
 * @param digest of it; of the index where it is for several platforms
 * @param images that it is made of, one for each platform
 * @param tags that name it now
 * @param moved those of them that did not name it before
 * @param before the image that the last of the tags named before, if that was baked
 * @param changes what is another input than in that one, a line each
 * @param warnings what was left out, a line each
 */
public record Baked(
    Digest digest,
    List<Image> images,
    List<Tag> tags,
    List<Tag> moved,
    Optional<Digest> before,
    List<String> changes,
    List<String> warnings) {
  public Baked {
    images = List.copyOf(images);
    tags = List.copyOf(tags);
    moved = List.copyOf(moved);
    changes = List.copyOf(changes);
    warnings = List.copyOf(warnings);
  }

  /**
   * One of a platform.
   *
   * @param layers how many it has
   * @param bytes of all of them, compressed
   * @param there how many blobs the target had
   * @param mounted how many it took over without their bytes
   * @param sent how many were sent to it
   * @param sentBytes of those
   * @param packed how many layers of caches were packed anew
   */
  public record Image(
      Platform platform,
      Digest digest,
      int layers,
      long bytes,
      int there,
      int mounted,
      int sent,
      long sentBytes,
      int packed) {}
}
