package dev.stepcache.cache;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.CacheEvent.Direction;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.Committed;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.Stage;
import dev.stepcache.store.Archives;
import dev.stepcache.store.Store;
import dev.stepcache.transfer.WritebackPacer;
import dev.stepcache.unpack.LayerUnpacker;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A cache that another tool keeps as one tar.gz where a reference points. Nothing promises its
 * bytes: it is restored once it was read to its end, all sums of gzip were right, and the tar ended
 * as one does. Looked for where there is no image, and only where another tool can have meant the
 * same: its keys are not ours.
 */
record ForeignArchive(
    CacheFolders folders,
    RestoreMode mode,
    long largest,
    Duration lockWait,
    Resources resources,
    Consumer<CacheEvent> events) {
  /** What was restored, if anything lies there. */
  Optional<FetchOutcome.Restored> restore(FetchRequest request, Candidate candidate)
      throws IOException {
    Optional<Archives.Archive> found = find(request, candidate);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    MessageDigest sha256 = Digest.sha256();
    AtomicLong bytes = new AtomicLong();
    UnpackLimits limits = new UnpackLimits(largest, new MemoryBudget(resources));
    try (Archives.Archive archive = found.get()) {
      InputStream in = new DigestInputStream(archive.content(), sha256);
      if (request.lookupOnly()) {
        LayerUnpacker.count(in, LayerCompression.GZIP, limits);
        tell(archive);
      } else {
        stageAndCommit(archive, in, limits, bytes);
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
            bytes.get(),
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
        || !folders.roots().names().isEmpty()) {
      return Optional.empty();
    }
    Optional<Archives> archives = store.offers(Archives.class);
    return archives.isPresent() ? archives.get().archive(tag) : Optional.empty();
  }

  private void tell(Archives.Archive archive) {
    events.accept(new CacheEvent.AnothersArchive(archive.name()));
  }

  private void stageAndCommit(
      Archives.Archive archive, InputStream in, UnpackLimits limits, AtomicLong bytes)
      throws IOException {
    try (CacheFolders.Hold hold = folders.holdAlone(lockWait)) {
      boolean committed = false;
      events.accept(new CacheEvent.TransferStarted(Direction.RESTORE, 1, 0, 0));
      try (Stage staging = hold.stage(mode);
          WritebackPacer flushing = WritebackPacer.of(staging::flush, Long.MAX_VALUE, resources)) {
        LayerUnpacker unpacker =
            new LayerUnpacker(
                staging,
                limits,
                count -> {
                  flushing.unpacked(count);
                  events.accept(new CacheEvent.Progress(bytes.addAndGet(count)));
                });
        unpacker.foreign(in, LayerCompression.GZIP);
        tell(archive);
        Committed _ = new Change(folders, events).run(staging::commit, true);
        committed = true;
        RestoreEnd.leaveNone(folders, events);
      } finally {
        events.accept(new CacheEvent.TransferEnded(Direction.RESTORE));
        if (!committed) {
          hold.leaveNoTrace();
        }
      }
    }
  }
}
