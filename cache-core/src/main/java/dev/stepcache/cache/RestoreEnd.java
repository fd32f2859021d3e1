package dev.stepcache.cache;

import dev.stepcache.folder.OwnFile;
import dev.stepcache.format.LocalIndexReader;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.oci.Digest;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.Committed;
import dev.stepcache.restore.Stage;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Workers;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.unpack.RestoredIndex;
import dev.stepcache.unpack.RestoredNames;
import dev.stepcache.usage.UsesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is left of a restore once all layers are unpacked: the folders get their times and modes,
 * and the local index is written, side by side, as far as both can be before the commit. The local
 * index is for a later upload, and a restore without is as good: what fails of it is told, and
 * fails nothing.
 */
final class RestoreEnd implements AutoCloseable {
  /** How many folders one thread takes at a time: few enough that none has to wait for long. */
  private static final int SHARE = 512;

  private final CacheFolders folders;
  private final TreeIndex index;
  private final Resources resources;
  private final Consumer<CacheEvent> events;
  private Optional<RestoredIndex> written = Optional.empty();
  private Optional<IOException> failure = Optional.empty();
  private boolean restoredBefore;

  /**
   * @param folders the first of which the local index is kept in
   * @param index of the image that is restored
   */
  RestoreEnd(
      CacheFolders folders, TreeIndex index, Resources resources, Consumer<CacheEvent> events) {
    this.folders = folders;
    this.index = index;
    this.resources = resources;
    this.events = events;
  }

  /**
   * Does what can be done before the commit.
   *
   * @param names the entries of each layer
   */
  void prepare(Stage staging, List<RestoredNames> names) throws IOException {
    restoredBefore = forgetUses(folders);
    List<FolderEntry> all = index.folders();
    for (FolderEntry entry : all) {
      staging.folder(entry.name(), entry.mode(), entry.mtime());
    }
    Workers.runEach(
        1 + Math.ceilDiv(all.size(), SHARE),
        resources.workers(),
        number -> {
          if (number == 0) {
            writeEntries(names);
          } else {
            int from = (number - 1) * SHARE;
            staging.finishFolders(all.subList(from, Math.min(from + SHARE, all.size())));
          }
        });
  }

  private synchronized void writeEntries(List<RestoredNames> names) {
    try {
      RestoredIndex begun = new RestoredIndex(file(), index);
      written = Optional.of(begun);
      begun.entries(names);
    } catch (IOException e) {
      failure = Optional.of(e);
    }
  }

  private Path file() {
    return folders.first().ours(LocalIndexReader.FILE);
  }

  /** Leaves the local index in the place of an earlier one, which goes in any case. */
  synchronized void finish(Committed committed, StoreReference reference, Digest digest) {
    try {
      OwnFile.remove(file());
      if (failure.isPresent()) {
        throw failure.get();
      }
      written.orElseThrow().finish(digest, committed);
      BaseReference.write(folders.first(), reference);
      leaveUses(
          new UsesFile(
              !restoredBefore, committed.watermark(), index.uses(), Collections.emptySortedSet()));
    } catch (IOException e) {
      noted(e, events);
    }
  }

  /** Removes an earlier local index after a restore that leaves none. */
  static void leaveNone(CacheFolders folders, Consumer<CacheEvent> events) {
    try {
      OwnFile.remove(folders.first().ours(LocalIndexReader.FILE));
      forgetUses(folders);
      for (Path own : folders.own().values()) {
        UsesFile.NOTHING.write(own.resolve(UsesFile.FILE));
      }
    } catch (IOException e) {
      noted(e, events);
    }
  }

  /**
   * Forgets what an earlier restore, or a save, left on uses: what was read since it was there gets
   * other times of access.
   *
   * @return whether there was anything
   */
  private static boolean forgetUses(CacheFolders folders) throws IOException {
    boolean found = false;
    for (Path own : folders.own().values()) {
      Path file = own.resolve(UsesFile.FILE);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        found = true;
        OwnFile.remove(file);
      }
    }
    return found;
  }

  /** Of several cache paths each tells that it was restored, and the first one what is known. */
  private void leaveUses(UsesFile uses) throws IOException {
    Path first = folders.first().ours(UsesFile.FILE);
    for (Path own : folders.own().values()) {
      Path file = own.resolve(UsesFile.FILE);
      (file.equals(first) ? uses : UsesFile.NOTHING).write(file);
    }
  }

  private static void noted(IOException e, Consumer<CacheEvent> events) {
    events.accept(new CacheEvent.NoLocalIndex(Trouble.of(e)));
  }

  /** Removes what was written and is not finished. */
  @Override
  public synchronized void close() {
    try {
      if (written.isPresent()) {
        written.get().close();
      }
    } catch (IOException e) {
      // The next hold removes it.
    }
  }
}
