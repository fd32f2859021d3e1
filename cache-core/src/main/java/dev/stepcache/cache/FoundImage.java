package dev.stepcache.cache;

import dev.stepcache.archive.LimitException;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.Committed;
import dev.stepcache.restore.Stage;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.CacheTools;
import dev.stepcache.transfer.ImagePrefetch;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.tree.IllegalNameException;
import dev.stepcache.unpack.LayerUnpacker;
import dev.stepcache.unpack.RestoredNames;
import dev.stepcache.unpack.VisibilityCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image that lies where a candidate points, restored if it is for this run.
 *
 * @param platform what it must be for
 * @param reads of the candidate's store
 * @param stored its manifest, or that of an index that names it
 */
record FoundImage(
    StagedRestore staged,
    Platform platform,
    FetchRequest request,
    Candidate candidate,
    VerifiedReads reads,
    StoredManifest stored) {
  /**
   * Restores it, or finds what would be restored where the request only looks. Where a blob of it
   * is broken, all others are read too.
   *
   * @throws NotForUs where it is not for this run
   */
  FetchOutcome restore() throws IOException {
    Manifest manifest = manifest();
    try (ImagePrefetch ahead =
        request.lookupOnly()
            ? ImagePrefetch.ofIndex(reads, manifest, staged.resources())
            : ImagePrefetch.of(reads, manifest, staged.resources())) {
      return restored(manifest, ahead);
    } catch (IOException | IllegalNameException e) {
      readRest(manifest);
      throw e;
    }
  }

  private Manifest manifest() throws IOException {
    Optional<Digest> other = request.expected().filter(digest -> !digest.equals(stored.digest()));
    if (other.isPresent()) {
      throw new NotForUs(
          Reason.DIGEST,
          candidate.reference()
              + " is "
              + stored.digest()
              + ", and "
              + other.get()
              + " was expected");
    }
    Manifest manifest =
        ImageReader.manifestFor(candidate.store(), stored, platform)
            .orElseThrow(
                () -> new NotForUs(Reason.PLATFORM, "the index has no image for " + platform));
    int format = CacheImage.format(manifest);
    if (format > CacheImage.FORMAT) {
      throw new NotForUs(
          Reason.NEWER_FORMAT,
          "the image has format " + format + ", this version reads up to " + CacheImage.FORMAT);
    }
    return manifest;
  }

  /** One broken blob seldom comes alone, and the next upload is to heal all of them. */
  private void readRest(Manifest manifest) {
    try {
      if (!reads.findings().broken().isEmpty() && !CacheImage.promised(manifest).isEmpty()) {
        List<Descriptor> blobs = new ArrayList<>(manifest.layers());
        blobs.add(manifest.config());
        reads.readRest(blobs);
      }
    } catch (IOException e) {
      // The first trouble is the one to tell.
    }
  }

  private FetchOutcome restored(Manifest manifest, ImagePrefetch ahead) throws IOException {
    CacheImage image = ahead.image();
    boolean anothers = isAnothersCache(image);
    if (!request.anyPlatform() && !anothers && !image.platform().equals(platform)) {
      throw new NotForUs(Reason.PLATFORM, image.platform().against(platform));
    }
    Optional<IndexLayer> index = index(image, ahead);
    long bytes =
        request.lookupOnly()
            ? index.map(layer -> layer.index().bytes()).orElse(0L)
            : stageAndCommit(image, index, ahead);
    if (anothers) {
      staged.events().accept(new CacheEvent.AnothersArchive(candidate.reference().toString()));
    }
    FetchOutcome.Restored restored =
        new FetchOutcome.Restored(
            candidate.reference(),
            stored.digest(),
            index.map(layer -> layer.index().files()).orElse(0L),
            bytes,
            manifest.layers().stream().mapToLong(Descriptor::size).sum(),
            index.flatMap(Explanation::recipe),
            CacheImage.buildTime(manifest));
    return new FetchOutcome(
        candidate.hits() && !anothers ? Reason.HIT : Reason.FALLBACK,
        "",
        Optional.of(restored),
        List.of());
  }

  private boolean isAnothersCache(CacheImage image) throws IOException {
    return !image.platform().isStated()
        && image.index().isEmpty()
        && candidate.mayBeAnothers()
        && CacheTools.isAnothersCache(reads, stored);
  }

  /** The index, held to be of these cache paths and not too large; what others made has none. */
  private Optional<IndexLayer> index(CacheImage image, ImagePrefetch ahead) throws IOException {
    List<String> names = staged.folders().roots().names();
    if (image.index().isEmpty()) {
      if (!names.isEmpty()) {
        throw NotForUs.otherPaths(List.of(), names);
      }
      return Optional.empty();
    }
    IndexLayer index = ahead.index(image);
    if (!index.index().hasPaths(names)) {
      throw NotForUs.otherPaths(index.index().paths(), names);
    }
    if (index.index().bytes() > staged.largest()) {
      throw new LimitException("the image unpacks to more than " + staged.largest() + " bytes");
    }
    return Optional.of(index);
  }

  private long stageAndCommit(CacheImage image, Optional<IndexLayer> index, ImagePrefetch ahead)
      throws IOException {
    return staged.run(
        image.content().size(),
        index.map(IndexLayer::index),
        new UnpackLimits(staged.largest(), ahead.memory()),
        (stage, unpacker, commit) -> {
          if (index.isPresent()) {
            restoreOurs(image, index.get(), ahead, stage, unpacker, commit);
          } else {
            restoreForeign(image, ahead, unpacker, commit);
          }
        });
  }

  private void restoreOurs(
      CacheImage image,
      IndexLayer index,
      ImagePrefetch ahead,
      Stage stage,
      LayerUnpacker unpacker,
      StagedRestore.Commit commit)
      throws IOException {
    try (RestoreEnd end =
        new RestoreEnd(staged.folders(), index.index(), staged.resources(), staged.events())) {
      end.prepare(stage, unpacked(image, index, ahead, unpacker));
      Committed committed = commit.run();
      end.finish(committed, candidate.reference().with(stored.digest()), stored.digest());
    }
  }

  private static List<RestoredNames> unpacked(
      CacheImage image, IndexLayer index, ImagePrefetch ahead, LayerUnpacker unpacker)
      throws IOException {
    VisibilityCheck check = new VisibilityCheck(index, ahead.memory());
    RestoredNames[] names = new RestoredNames[image.content().size()];
    ahead.unpack((number, blob) ->
        names[number] =
            unpacker.content(
                blob, image.content().get(number).compression(), index.index(), number, check));
    check.verify();
    return List.of(names);
  }

  private void restoreForeign(
      CacheImage image, ImagePrefetch ahead, LayerUnpacker unpacker, StagedRestore.Commit commit)
      throws IOException {
    ForeignImage foreign = new ForeignImage(image, reads);
    foreign.refuseBomb(staged.largest(), ahead.memory());
    foreign.unpack(unpacker);
    Committed _ = commit.run();
    RestoreEnd.leaveNone(staged.folders(), staged.events());
  }
}
