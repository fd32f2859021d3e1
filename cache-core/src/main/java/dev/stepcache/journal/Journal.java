package dev.stepcache.journal;

import dev.stepcache.folder.OpenFolder;
import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The journal of a commit that is not finished: while the file is there, what it lists is to be
 * undone. Each line is written before what it tells of is done. It survives the end of the process;
 * it is not synchronised to the disk, so the end of the machine is another matter.
 */
public final class Journal implements AutoCloseable {
  /** The folder of a commit below ours: the journal, what was displaced, and what was undone. */
  public static final String COMMIT = "commit";

  /** The journal's own name in that folder. */
  public static final byte[] FILE = bytes("journal");

  /** What had the names of what was placed. */
  public static final byte[] DISPLACED = bytes("displaced");

  /** What had been placed, and was taken away again. */
  public static final byte[] UNDONE = bytes("undone");

  /** What a journal begins with, before the name of the staging folder (docs/format.md). */
  static final String VERSION = "stepcache-journal-2 ";

  /** The next step, which may be another user, goes on with all of it. */
  private static final int OPEN_FOLDER = 0777;

  private static final int OPEN_FILE = 0666;

  private final FileChannel file;
  private final FaultPoint faultPoint;

  private Journal(FileChannel file, FaultPoint faultPoint) {
    this.file = file;
    this.faultPoint = faultPoint;
  }

  /** The name of a file of ours as the file system has it. */
  public static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Begins the commit of a staging folder, which lies beside the commit's.
   *
   * @param ours our folder
   * @param role to the commits of other cache paths
   */
  public static Journal begin(
      OpenFolder ours, String staging, Optional<CommitRole> role, FaultPoint faultPoint)
      throws IOException {
    faultPoint.pass();
    ours.makeFolder(bytes(COMMIT), OPEN_FOLDER);
    try (OpenFolder commit = ours.folder(bytes(COMMIT))) {
      faultPoint.pass();
      commit.makeFolder(DISPLACED, OPEN_FOLDER);
      faultPoint.pass();
      commit.makeFolder(UNDONE, OPEN_FOLDER);
      faultPoint.pass();
      Journal journal = new Journal(commit.create(FILE, OPEN_FILE), faultPoint);
      try {
        String lines = VERSION + staging + '\n' + role.map(one -> one.line() + '\n').orElse("");
        journal.append(bytes(lines));
        return journal;
      } catch (IOException | RuntimeException e) {
        journal.close();
        throw e;
      }
    }
  }

  /** Goes on with one that was found, at the end of its last whole line. */
  public static Journal resume(OpenFolder commit, long end, FaultPoint faultPoint)
      throws IOException {
    FileChannel file = commit.open(FILE, true);
    file.truncate(end).position(end);
    return new Journal(file, faultPoint);
  }

  /** Whether a commit was begun and not finished; what is no folder of ours counts as one. */
  public static boolean isNeeded(Path ours) throws IOException {
    Path commit = ours.resolve(COMMIT);
    Optional<Stat> stat = Stat.of(commit);
    return stat.isPresent() && (!stat.get().isFolder() || isIn(commit));
  }

  /** Whether a folder has a journal. */
  public static boolean isIn(Path commit) throws IOException {
    return Stat.of(commit.resolve(FileNames.path(FILE))).isPresent();
  }

  /** The same. */
  public static boolean isIn(OpenFolder commit) throws IOException {
    return commit.stat(FILE).isPresent();
  }

  /** Writes a line, before what it tells of is done. */
  public void write(JournalEntry entry) throws IOException {
    append(entry.bytes());
  }

  private void append(byte[] line) throws IOException {
    faultPoint.pass();
    ByteBuffer left = ByteBuffer.wrap(line);
    while (left.hasRemaining()) {
      file.write(left);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
