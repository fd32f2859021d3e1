package dev.stepcache.scan;

import dev.stepcache.folder.Deletion;
import dev.stepcache.folder.FileAttributes;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.OwnFolder;
import dev.stepcache.tree.TreeEntries;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * What the ctimes of a cache's files tell of writes to them. A write through a shared mapping moves
 * a file's times when it meets a page that may not be written to; the page may then be, until the
 * system has written it to its disk, and what is written to it meanwhile moves nothing. A file
 * system in memory writes no page to any disk, and its times tell nothing at all.
 *
 * @param blind the names of the cache paths whose file systems tell nothing
 * @param dirty the longest that a page stays one that may be written to, in nanoseconds; empty
 *     where that is not known, or for ever
 */
public record Ctimes(Set<String> blind, OptionalLong dirty) {
  /** Where the kernel says when it writes pages to their disks (proc_sys_vm(5)). */
  private static final Path SETTINGS = Path.of("/proc/sys/vm");

  private static final long CENTISECOND = TimeUnit.MILLISECONDS.toNanos(10);

  private static final int LONGEST_SETTING = 20;
  private static final int PRIVATE = 0600;

  /** Those that tell all. */
  public static final Ctimes TRUSTED = new Ctimes(Set.of(), OptionalLong.of(0));

  public Ctimes {
    blind = Set.copyOf(blind);
  }

  /**
   * Finds out on each cache path's file system, by writing to a file of ours there.
   *
   * @param ownFolders {@code .stepcache} of each cache path, by the cache path's name
   */
  public static Ctimes of(Map<String, Path> ownFolders) {
    Set<String> blind = new TreeSet<>();
    ownFolders.forEach((name, folder) -> {
      if (!movesWithAMapping(folder)) {
        blind.add(name);
      }
    });
    return new Ctimes(blind, dirty(SETTINGS));
  }

  /**
   * Pages are looked for at each interval, and those are written that have been dirty for longer
   * than they may be; twice that, since there may be many.
   */
  static OptionalLong dirty(Path settings) {
    try {
      long expire = setting(settings.resolve("dirty_expire_centisecs"));
      long interval = setting(settings.resolve("dirty_writeback_centisecs"));
      return interval <= 0 || expire < 0
          ? OptionalLong.empty()
          : OptionalLong.of(2 * (expire + interval) * CENTISECOND);
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static int setting(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return Integer.parseInt(
          new String(in.readNBytes(LONGEST_SETTING), StandardCharsets.US_ASCII).strip());
    }
  }

  /**
   * Whether the first write through a mapping moves a file's times, though the page was read
   * through it before. Tried instead of known by the file system's name: an overlay has the times
   * of what lies below it, and nobody knows all that a cluster may mount.
   */
  static boolean movesWithAMapping(Path folder) {
    byte[] name = OwnFolder.newStagingName().getBytes(StandardCharsets.UTF_8);
    try (OpenFolder ours = OpenFolder.of(folder)) {
      try (FileChannel file = ours.create(name, PRIVATE)) {
        file.write(ByteBuffer.wrap(new byte[1]));
        FileAttributes.time(folder.resolve(FileNames.path(name)), 0);
        return movesWhenWritten(ours, name, file);
      } finally {
        Deletion.of(ours, name);
      }
    } catch (IOException | InternalError e) {
      // The error is what the JVM makes of a page that the disk has no room for.
      return false;
    }
  }

  private static boolean movesWhenWritten(OpenFolder ours, byte[] name, FileChannel file)
      throws IOException {
    long before = ours.stat(name).orElseThrow().mtime();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment page = file.map(MapMode.READ_WRITE, 0, 1, arena);
      byte there = page.get(ValueLayout.JAVA_BYTE, 0);
      page.set(ValueLayout.JAVA_BYTE, 0, (byte) (there + 1));
      return ours.stat(name).filter(now -> now.mtime() != before).isPresent();
    }
  }

  /** Whether the ctime of an entry of a tree tells of each write since some other moment. */
  public boolean tell(TreeEntries entries, int at) {
    return blind.isEmpty() || !blind.contains(root(entries, at));
  }

  private String root(TreeEntries entries, int at) {
    if (blind.contains("")) {
      return "";
    }
    String parent = entries.parent(at);
    int slash = parent.indexOf('/');
    return slash < 0 ? parent : parent.substring(0, slash);
  }

  /**
   * A file that was last changed before this has no page that could be written to unnoticed.
   *
   * @param now a ctime, and not of an earlier moment than that from which writes are to be noticed
   */
  public long settledBefore(long now) {
    return dirty.isEmpty() ? Long.MIN_VALUE : now - dirty.getAsLong();
  }
}
