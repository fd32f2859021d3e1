package dev.stepcache.cache;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.Committed;
import dev.stepcache.store.Archives;
import dev.stepcache.store.Store;
import dev.stepcache.unpack.LayerUnpacker;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A cache that another tool keeps as one tar.gz where a reference points. Nothing promises its
 * bytes: it is restored once it was read to its end, all sums of gzip were right, and the tar ended
 * as one does. Looked for where there is no image, and only where another tool can have meant the
 * same: its keys are not ours.
 */
record ForeignArchive(StagedRestore staged) {
  /** What was restored, if anything lies there. */
  Optional<FetchOutcome.Restored> restore(FetchRequest request, Candidate candidate)
      throws IOException {
    Optional<Archives.Archive> found = find(request, candidate);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    MessageDigest sha256 = Digest.sha256();
    UnpackLimits limits = new UnpackLimits(staged.largest(), new MemoryBudget(staged.resources()));
    long bytes = 0;
    try (Archives.Archive archive = found.get()) {
      InputStream in = new DigestInputStream(archive.content(), sha256);
      if (request.lookupOnly()) {
        LayerUnpacker.count(in, LayerCompression.GZIP, limits);
        tell(archive);
      } else {
        bytes = stageAndCommit(archive, in, limits);
      }
    } catch (CorruptArchiveException e) {
      throw new NotForUs(
          Reason.NOT_A_CACHE,
          found.get().name() + " is no whole tar.gz, so it is left alone: " + e.getMessage());
    }
    return Optional.of(
        new FetchOutcome.Restored(
            candidate.reference(),
            Digest.of(sha256),
            0,
            bytes,
            found.get().size(),
            Optional.empty(),
            Optional.empty()));
  }

  private Optional<Archives.Archive> find(FetchRequest request, Candidate candidate)
      throws IOException {
    if (!(candidate.store() instanceof Store store)
        || !(candidate.reference().selector() instanceof Tag tag)
        || !candidate.mayBeAnothers()
        || request.expected().isPresent()
        || !staged.folders().roots().names().isEmpty()) {
      return Optional.empty();
    }
    Optional<Archives> archives = store.offers(Archives.class);
    return archives.isPresent() ? archives.get().archive(tag) : Optional.empty();
  }

  private void tell(Archives.Archive archive) {
    staged.events().accept(new CacheEvent.AnothersArchive(archive.name()));
  }

  private long stageAndCommit(Archives.Archive archive, InputStream in, UnpackLimits limits)
      throws IOException {
    return staged.run(
        1,
        Optional.empty(),
        limits,
        (_, unpacker, commit) -> {
          unpacker.foreign(in, LayerCompression.GZIP);
          tell(archive);
          Committed _ = commit.run();
          RestoreEnd.leaveNone(staged.folders(), staged.events());
        });
  }
}
