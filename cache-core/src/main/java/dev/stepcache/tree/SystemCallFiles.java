package dev.stepcache.tree;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.IntUnaryOperator;

/**
 * Made with five system calls a file: open, write, time, look, close. By names relative to the
 * folder, so that its own path is not walked for each.
 */
final class SystemCallFiles implements NewFiles {
  private static final int PRIVATE = 0700;

  private final ThreadLocal<SystemCalls> calls = ThreadLocal.withInitial(SystemCalls::new);
  private final byte[] path;
  private final int root;
  private final FreeSpace space;
  private boolean closed;

  SystemCallFiles(Path root, FreeSpace space) throws IOException {
    this.space = space;
    this.path = FileNames.bytes(root);
    this.root = calls.get().place(path);
    OpenUmask.begin(calls.get());
  }

  @Override
  public Made file(EntryName name, ContentSource content, long size, int mode, long mtime)
      throws IOException {
    SystemCalls calls = this.calls.get();
    byte[] path = name.bytes();
    int first = (int) Math.min(size, ContentSource.LONGEST);
    int start = next(content, first);
    space.entry(0);
    int file = calls.create(root, path, mode);
    boolean whole = false;
    try {
      Made made;
      try {
        boolean ended = write(calls, file, path, content.bytes(), start, first, 0);
        for (long at = first; at < size; ) {
          int length = (int) Math.min(size - at, ContentSource.LONGEST);
          start = next(content, length);
          ended = write(calls, file, path, content.bytes(), start, length, at);
          at += length;
        }
        if (!ended) {
          calls.length(file, path, size);
        }
        calls.time(file, path, mtime);
        made = calls.made(file, path, mode);
      } finally {
        calls.close(file, path);
      }
      whole = true;
      return made;
    } finally {
      if (!whole) {
        calls.remove(root, path);
      }
    }
  }

  private static int next(ContentSource content, int length) throws IOException {
    // As the JDK's own calls do: whoever is to stop must not write on.
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
    return length == 0 ? 0 : content.next(length);
  }

  private boolean write(
      SystemCalls calls, int file, byte[] path, byte[] bytes, int start, int length, long offset)
      throws IOException {
    if (length < Holes.BLOCK) {
      if (length > 0) {
        space.write(length, () -> calls.write(file, path, bytes, start, length, offset));
      }
      return true;
    }
    return Holes.write(
        bytes,
        start,
        length,
        (from, to) ->
            space.write(
                to - from,
                () -> calls.write(file, path, bytes, from, to - from, offset + from - start)));
  }

  @Override
  public void folder(EntryName name) throws IOException {
    space.entry(1);
    calls.get().makeFolder(root, name.bytes(), PRIVATE);
  }

  @Override
  public int folder(EntryName name, OptionalLong mtime, IntUnaryOperator mode) throws IOException {
    SystemCalls calls = this.calls.get();
    byte[] path = name.bytes();
    int folder = calls.folder(root, path);
    try {
      int present = calls.stat(folder, path).permissions();
      if (mtime.isPresent()) {
        calls.time(folder, path, mtime.getAsLong());
      }
      int wanted = mode.applyAsInt(present);
      if (present != wanted) {
        calls.mode(folder, path, wanted);
        present = calls.stat(folder, path).permissions();
      }
      return present;
    } finally {
      calls.close(folder, path);
    }
  }

  @Override
  public void flush() throws IOException {
    SystemCalls calls = this.calls.get();
    int folder = calls.folder(path);
    try {
      calls.flush(folder, path);
    } finally {
      calls.close(folder, path);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      OpenUmask.end(calls.get());
      calls.get().close(root, path);
    }
  }
}
