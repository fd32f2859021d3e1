package dev.stepcache.transfer;

import dev.stepcache.archive.Compression;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.CacheLayer;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.Uses;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What lies under an upload's tag, compared with what would be put there: an image that tells
 * something else of the cache's life or of how long its build took, and nothing else anew, is the
 * same.
 *
 * @param compression of the index layer that would be put there
 */
public record StoredImage(
    VerifiedReads reads, StoredManifest stored, Compression compression, Resources resources) {
  /**
   * Whether it is the image that these parts make, whatever it tells of its life and its build.
   *
   * @param content the content layers
   * @param index what the index layer holds, but for that
   * @param emptyFolders of the tree
   */
  public boolean isMadeOf(
      CacheImage.Description description,
      List<PackedLayer> content,
      IndexLayer index,
      Set<String> emptyFolders) {
    try {
      Manifest manifest = ImageReader.manifest(stored);
      if (!begins(manifest, content)) {
        return false;
      }
      CacheImage image = ImageReader.image(reads, manifest);
      Optional<CacheLayer> theirs = image.index();
      if (theirs.isEmpty()) {
        return false;
      }
      Optional<Uses> uses =
          ImageReader.index(reads, theirs.get(), new MemoryBudget(resources)).index().uses();
      PackedLayer packed =
          index
              .with(uses)
              .pack(emptyFolders, compression.ofIndex(), OutputStream.nullOutputStream());
      byte[] same =
          CacheImage.write(description.with(CacheImage.buildTime(manifest)), content, packed, 0)
              .manifest();
      return Digest.of(same).equals(stored.digest());
    } catch (IOException e) {
      // Whatever it is: what cannot be read is not the same.
      return false;
    }
  }

  private static boolean begins(Manifest manifest, List<PackedLayer> content) {
    List<Digest> digests = manifest.layers().stream().map(Descriptor::digest).toList();
    return digests.size() == content.size() + 1
        && digests
            .subList(0, content.size())
            .equals(content.stream().map(layer -> layer.blob().digest()).toList());
  }
}
