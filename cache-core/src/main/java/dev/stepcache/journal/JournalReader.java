package dev.stepcache.journal;

import dev.stepcache.folder.NotOursException;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.tree.OwnFolder;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads a journal that was found: once forwards, to see how far it can be believed, and then
 * backwards, line by line, in bounded memory whatever its length.
 */
public final class JournalReader implements Closeable {
  /** Longer than any line: a name of 4 KiB, of which each byte may be escaped. */
  private static final int WINDOW = 64 << 10;

  /** How the line that tells of undoing begins, and no other. */
  private static final byte UNDO = 'u';

  private final FileChannel file;
  private final byte[] window = new byte[WINDOW];

  private String staging = "";
  private Optional<CommitRole> role = Optional.empty();
  private Optional<JournalEntry.Undo> undo = Optional.empty();
  private boolean damaged;

  /** Where the entries begin, and where the last whole one ends. */
  private long begin;

  private long end;

  private JournalReader(FileChannel file) {
    this.file = file;
  }

  /** A line, and where it begins. */
  public record Line(long at, JournalEntry entry) {}

  /** Is told each whole line of an entry, from the first on. */
  public interface Lines {
    void take(Line line) throws IOException;
  }

  /**
   * Opens the journal of a commit.
   *
   * @throws NotOursException when it is no file
   */
  public static JournalReader open(OpenFolder commit, Lines lines) throws IOException {
    JournalReader reader = new JournalReader(commit.open(Journal.FILE, false));
    try {
      reader.readForwards(lines);
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * The name of the staging folder; empty where nothing was begun, or nothing is to be believed.
   */
  public String staging() {
    return staging;
  }

  /** How it belongs to the commits of other cache paths. */
  public Optional<CommitRole> role() {
    return role;
  }

  /** What the first who undid it wrote. */
  public Optional<JournalEntry.Undo> undo() {
    return undo;
  }

  /** Whether there is anything that we cannot have written. */
  public boolean isDamaged() {
    return damaged;
  }

  /** Where the last line ends that is whole and ours. */
  public long end() {
    return end;
  }

  private void readForwards(Lines lines) throws IOException {
    for (int number = 0; ; ) {
      int length = read(end);
      int start = 0;
      for (int newline = find(start, length); newline >= 0; newline = find(start, length)) {
        if (!take(number++, start, newline, lines)) {
          damaged = true;
          end += start;
          return;
        }
        start = newline + 1;
      }
      end += start;
      if (start == 0) {
        // A last line without its end tells of something that was not begun; but not if it told
        // of undoing, since what the times of the journal would say then is not known.
        damaged = length == WINDOW || (length > 0 && window[0] == UNDO);
        return;
      }
    }
  }

  private int read(long at) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(window);
    int count = 0;
    while (count >= 0 && buffer.hasRemaining()) {
      count = file.read(buffer, at + buffer.position());
    }
    return buffer.position();
  }

  private int find(int start, int length) {
    for (int at = start; at < length; at++) {
      if (window[at] == '\n') {
        return at;
      }
    }
    return -1;
  }

  private boolean take(int number, int start, int stop, Lines lines) throws IOException {
    Optional<String> line = text(start, stop);
    if (line.isEmpty()) {
      return false;
    }
    String text = line.get();
    long next = end + stop + 1;
    if (number == 0) {
      begin = next;
      String name =
          text.startsWith(Journal.VERSION) ? text.substring(Journal.VERSION.length()) : "";
      staging = OwnFolder.isStagingName(name) ? name : "";
      return !staging.isEmpty();
    }
    if (number == 1) {
      try {
        role = CommitRole.parse(text);
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        return false;
      }
      if (role.isPresent()) {
        begin = next;
        return true;
      }
    }
    Optional<JournalEntry> entry = JournalEntry.parse(text);
    if (entry.isPresent()) {
      if (undo.isEmpty() && entry.get() instanceof JournalEntry.Undo first) {
        undo = Optional.of(first);
      }
      lines.take(new Line(end + start, entry.get()));
    }
    return entry.isPresent();
  }

  private Optional<String> text(int start, int end) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(window, start, end - start))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Tells all lines of entries, from the last whole one back to the first. */
  public void backwards(Lines lines) throws IOException {
    for (long last = end; last > begin; ) {
      long from = Math.max(begin, last - WINDOW);
      int length = (int) (last - from);
      if (read(from) < length) {
        throw new EOFException("the journal was cut while it was read");
      }
      int stop = length;
      // What begins before the window is told with the next one.
      while (stop > 0) {
        int start = start(stop - 1);
        if (start == 0 && from > begin) {
          break;
        }
        JournalEntry entry =
            text(start, stop - 1)
                .flatMap(JournalEntry::parse)
                .orElseThrow(() -> new IOException("the journal was changed while it was read"));
        lines.take(new Line(from + start, entry));
        stop = start;
      }
      if (stop == length) {
        throw new IOException("the journal was changed while it was read");
      }
      last = from + stop;
    }
  }

  private int start(int end) {
    int start = end;
    while (start > 0 && window[start - 1] != '\n') {
      start--;
    }
    return start;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
