package dev.stepcache.disk;

import dev.stepcache.folder.Deletion;
import dev.stepcache.folder.FileAttributes;
import dev.stepcache.folder.FolderCursor;
import dev.stepcache.folder.SystemCallFolder;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.syscall.Stat;
import dev.stepcache.syscall.SystemCalls;
import dev.stepcache.syscall.Umask;
import dev.stepcache.tree.AccessTime;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.OwnFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Made with five system calls a file: open, write, time, look, close. Each thread keeps the folder
 * open that it last made something in, so that no path is walked for each file, and no link that
 * somebody else may have put there is followed.
 */
public final class SystemCallFiles implements NewFiles {
  private final Path root;
  private final FreeSpace space;
  private final Umask umask;
  private final Map<Thread, Worker> workers = new ConcurrentHashMap<>();
  private final AtomicInteger removals = new AtomicInteger();
  private boolean closed;

  SystemCallFiles(Path root, FreeSpace space) throws IOException {
    this.root = root;
    this.space = space;
    this.umask = Umask.take(worker().calls);
  }

  /** What a thread holds open. */
  private static final class Worker implements Closeable {
    final SystemCalls calls = new SystemCalls();
    final FolderCursor cursor;

    /** For the other name of a file that gets a second one. */
    final FolderCursor other;

    private int removals;

    Worker(Path root) throws IOException {
      this.cursor = new FolderCursor(SystemCallFolder.of(calls, root));
      this.other = new FolderCursor(SystemCallFolder.of(calls, root));
    }

    SystemCallFolder folder(String name) throws IOException {
      return (SystemCallFolder) cursor.folder(name);
    }

    @Override
    public void close() throws IOException {
      try (cursor) {
        other.close();
      }
    }
  }

  private Worker worker() throws IOException {
    Worker mine = workers.get(Thread.currentThread());
    if (mine == null) {
      mine = new Worker(root);
      workers.put(Thread.currentThread(), mine);
    }
    int now = removals.get();
    if (mine.removals != now) {
      // What is open may be what was removed, while another now has its name.
      mine.removals = now;
      mine.cursor.reset();
      mine.other.reset();
    }
    return mine;
  }

  @Override
  public FileIdentity file(EntryName name, ContentSource content, long size, int mode, long mtime)
      throws IOException {
    Worker worker = worker();
    SystemCalls calls = worker.calls;
    byte[] path = name.bytes();
    byte[] component = component(name);
    int first = (int) Math.min(size, ContentSource.LONGEST);
    int start = next(content, first);
    int folder = worker.folder(name.parent()).descriptor();
    space.file(first);
    try {
      int file = calls.create(folder, component, mode, path);
      boolean whole = false;
      try {
        FileIdentity made;
        try {
          write(calls, file, path, content, start, size);
          calls.times(file, path, AccessTime.UNREAD, mtime);
          made = calls.made(file, path, mode);
        } finally {
          calls.close(file, path);
        }
        whole = true;
        return made;
      } finally {
        if (!whole) {
          calls.remove(folder, component);
        }
      }
    } finally {
      space.written(first);
    }
  }

  /**
   * Writes a file's content, of whose first piece there is room.
   *
   * @param start where that piece begins in the content's bytes
   */
  private void write(
      SystemCalls calls, int file, byte[] path, ContentSource content, int start, long size)
      throws IOException {
    int first = (int) Math.min(size, ContentSource.LONGEST);
    boolean ended = true;
    if (first >= Holes.BLOCK) {
      byte[] bytes = content.bytes();
      ended =
          Holes.write(
              bytes,
              start,
              first,
              (from, to) -> calls.write(file, path, bytes, from, to - from, from - start));
    } else if (first > 0) {
      calls.write(file, path, content.bytes(), start, first, 0);
    }
    for (long at = first; at < size; ) {
      int length = (int) Math.min(size - at, ContentSource.LONGEST);
      int from = next(content, length);
      ended = writePiece(calls, file, path, content.bytes(), from, length, at);
      at += length;
    }
    if (!ended) {
      calls.length(file, path, size);
    }
  }

  private static int next(ContentSource content, int length) throws IOException {
    // As the JDK's own calls do: whoever is to stop must not write on.
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
    return length == 0 ? 0 : content.next(length);
  }

  /** Writes a later piece, if there is room. */
  private boolean writePiece(
      SystemCalls calls, int file, byte[] path, byte[] bytes, int start, int length, long offset)
      throws IOException {
    return Holes.write(
        bytes,
        start,
        length,
        (from, to) ->
            space.write(
                to - from,
                () -> calls.write(file, path, bytes, from, to - from, offset + from - start)));
  }

  private static byte[] component(EntryName name) {
    return name.lastComponent().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public FileIdentity symlink(EntryName name, String target, long mtime) throws IOException {
    Path path = worker().folder(name.parent()).path(component(name));
    Symlinks.make(path, target);
    FileAttributes.times(path, AccessTime.UNREAD, mtime);
    return FileIdentity.of(Stat.ofPresent(path));
  }

  @Override
  public Optional<FileIdentity> hardLink(EntryName name, EntryName existing) throws IOException {
    Worker worker = worker();
    byte[] component = component(existing);
    SystemCallFolder other = (SystemCallFolder) worker.other.folder(existing.parent());
    Optional<Stat> stat = other.stat(component).filter(found -> !found.isFolder());
    if (stat.isPresent()) {
      Path path = worker.folder(name.parent()).path(component(name));
      Files.createLink(path, other.path(component));
    }
    return stat.map(FileIdentity::of);
  }

  @Override
  public void remove(EntryName name) throws IOException {
    Worker worker = worker();
    Deletion.of(worker.folder(name.parent()), component(name));
    removals.incrementAndGet();
  }

  @Override
  public void folder(EntryName name) throws IOException {
    Worker worker = worker();
    SystemCallFolder parent = worker.folder(name.parent());
    space.entry(1);
    if (umask.mayTakeRights()) {
      parent.makeFolder(component(name), OwnFolder.STAGING_MODE);
    } else {
      worker.calls.makeFolder(parent.descriptor(), component(name), OwnFolder.STAGING_MODE);
    }
  }

  @Override
  public void flush() throws IOException {
    Worker worker = worker();
    worker.calls.flush(((SystemCallFolder) worker.cursor.root()).descriptor(), new byte[] {'.'});
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      umask.giveBack(worker().calls);
      for (Worker each : workers.values()) {
        each.close();
      }
    }
  }
}
