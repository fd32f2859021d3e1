package dev.stepcache.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The journal of a commit that is not finished: while the file is there, what it lists is to be
 * undone. Each line is written before what it tells of is done. It survives the end of the process;
 * it is not synchronised to the disk, so the end of the machine is another matter.
 */
final class Journal implements AutoCloseable {
  /** The folder of a commit below ours: the journal, and what the commit displaced. */
  static final String COMMIT = "commit";

  private static final String FILE = "journal";
  private static final String VERSION = "stepcache-journal-1 ";
  static final Pattern STAGING = Pattern.compile(Staging.PREFIX + "[0-9a-f]{16}");

  private final FileChannel file;
  private final Checkpoint checkpoint;

  private Journal(FileChannel file, Checkpoint checkpoint) {
    this.file = file;
    this.checkpoint = checkpoint;
  }

  /**
   * Begins the commit of a staging folder, which lies beside the commit's.
   *
   * @param tie to the commits of other cache paths
   */
  static Journal begin(Path commit, String staging, Optional<Tie> tie, Checkpoint checkpoint)
      throws IOException {
    checkpoint.pass();
    Files.createDirectory(commit);
    checkpoint.pass();
    Files.createDirectory(displaced(commit));
    checkpoint.pass();
    FileChannel file =
        FileChannel.open(
            commit.resolve(FILE), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    Journal journal = new Journal(file, checkpoint);
    try {
      String lines = VERSION + staging + '\n' + tie.map(tied -> tied.line() + '\n').orElse("");
      journal.write(lines.getBytes(StandardCharsets.UTF_8));
      return journal;
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  static Path displaced(Path commit) {
    return commit.resolve("displaced");
  }

  static boolean isIn(Path commit) throws IOException {
    return Stat.of(commit.resolve(FILE)).isPresent();
  }

  void write(JournalEntry entry) throws IOException {
    write(entry.bytes());
  }

  private void write(byte[] line) throws IOException {
    checkpoint.pass();
    ByteBuffer left = ByteBuffer.wrap(line);
    while (left.hasRemaining()) {
      file.write(left);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /**
   * What a journal told.
   *
   * @param staging the name of the staging folder; empty where nothing was begun
   * @param tie to the commits of other cache paths
   */
  record Told(String staging, Optional<Tie> tie, List<JournalEntry> entries) {}

  /** Reads a journal. A last line without its end tells of something that was not begun. */
  static Told read(Path commit) throws IOException {
    String text;
    try (var in =
        Files.newInputStream(
            commit.resolve(FILE), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String[] lines = text.split("\n", -1);
    if (lines.length == 1) {
      return new Told("", Optional.empty(), List.of());
    }
    String staging = lines[0].startsWith(VERSION) ? lines[0].substring(VERSION.length()) : "";
    if (!STAGING.matcher(staging).matches()) {
      throw new IOException("the journal of an interrupted restore is not ours: " + commit);
    }
    Optional<Tie> tie = lines.length > 2 ? tie(lines[1], commit) : Optional.empty();
    List<JournalEntry> entries = new ArrayList<>(lines.length);
    for (int at = tie.isPresent() ? 2 : 1; at < lines.length - 1; at++) {
      entries.add(
          JournalEntry.parse(lines[at])
              .orElseThrow(() ->
                  new IOException("the journal of an interrupted restore is damaged: " + commit)));
    }
    return new Told(staging, tie, entries);
  }

  private static Optional<Tie> tie(String line, Path commit) throws IOException {
    try {
      return Tie.parse(line);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException("the journal of an interrupted restore is damaged: " + commit, e);
    }
  }
}
