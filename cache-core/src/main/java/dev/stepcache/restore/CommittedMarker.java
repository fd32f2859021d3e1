package dev.stepcache.restore;

import dev.stepcache.folder.Deletion;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.journal.CommitRole;
import dev.stepcache.journal.Journal;
import dev.stepcache.journal.JournalReader;
import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.OwnFolder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The commits of several cache paths that are finished although not each of their journals may be
 * gone yet: beside the coordinator's journal, which is renamed to {@code finished-<16 hex digits>}
 * and so makes all of them final at once. It stays until no participant needs to ask for it.
 */
final class CommittedMarker {
  private static final String PREFIX = "finished-";

  private CommittedMarker() {}

  /** The name that the commit of a coordinator's staging folder moves to. */
  static String name(String staging) {
    return PREFIX + staging.substring(OwnFolder.STAGING_PREFIX.length());
  }

  /**
   * Whether the commit that another one follows is finished: looks at the coordinator where the
   * journal names it, and at the cache paths that are given, since a volume may be mounted
   * elsewhere by now. A coordinator that is not there is not finished.
   */
  static boolean has(CommitRole.Participant role, List<Path> given) throws IOException {
    List<Path> coordinators = new ArrayList<>(given);
    coordinators.add(role.coordinator());
    for (Path coordinator : coordinators) {
      if (Stat.isFolder(coordinator.resolve(OwnFolder.NAME).resolve(name(role.staging())))) {
        return true;
      }
    }
    return false;
  }

  static boolean isOne(String name) {
    return name.startsWith(PREFIX);
  }

  /** Gives back the room of what a finished commit displaced: nobody asks for that. */
  static void empty(OpenFolder ours, String finished) {
    // What no participant needs loses its journal, and then the rest; a link is none of ours.
    boolean needed = false;
    try (OpenFolder commit = ours.folder(Journal.bytes(finished))) {
      needed = Journal.isIn(commit);
      if (needed) {
        Deletion.of(commit, Journal.DISPLACED);
      }
    } catch (IOException e) {
      // Garbage in a folder of ours harms nobody.
    }
    if (!needed) {
      Deletion.quietly(ours, finished);
    }
  }

  /**
   * Removes those of which each participant is recovered.
   *
   * @param cache a cache path that is held alone
   * @param recovered cache paths that are held alone, by their real paths
   */
  static void forget(Path cache, Set<Path> recovered) {
    try (OpenFolder open = OpenFolder.of(cache);
        OpenFolder ours = open.folder(Journal.bytes(OwnFolder.NAME))) {
      for (Path child : Deletion.children(cache.resolve(OwnFolder.NAME))) {
        String name = child.getFileName().toString();
        if (isOne(name) && coordinates(ours, name, recovered)) {
          Deletion.quietly(ours, name);
        }
      }
    } catch (IOException e) {
      // An empty folder too many harms nobody.
    }
  }

  private static boolean coordinates(OpenFolder ours, String name, Set<Path> recovered)
      throws IOException {
    try (OpenFolder commit = ours.folder(Journal.bytes(name));
        JournalReader journal = JournalReader.open(commit, line -> {})) {
      return journal.role().orElse(null) instanceof CommitRole.Coordinator(var participants)
          && recovered.containsAll(participants);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    }
  }
}
