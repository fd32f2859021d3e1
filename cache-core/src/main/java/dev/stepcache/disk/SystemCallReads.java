package dev.stepcache.disk;

import dev.stepcache.syscall.Stat;
import dev.stepcache.syscall.SystemCalls;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.TreeEntry;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Read with four system calls a small file: open, read, look, close. */
final class SystemCallReads implements ReadFiles {
  private final ThreadLocal<SystemCalls> calls = ThreadLocal.withInitial(SystemCalls::new);
  private final byte[] root;

  SystemCallReads(Path root) {
    String path = root.toAbsolutePath().equals(root.getRoot()) ? "" : "/";
    byte[] bytes = FileNames.bytes(root.toAbsolutePath());
    this.root = join(bytes, path.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Override
  public OpenFile open(EntryName name) throws IOException {
    SystemCalls calls = this.calls.get();
    byte[] path = join(root, name.bytes());
    return new Open(calls, calls.open(path), path);
  }

  private record Open(SystemCalls calls, int file, byte[] path) implements OpenFile {
    @Override
    public int read(byte[] into, int length) throws IOException {
      // As the JDK's own calls do: whoever is to stop must not read on.
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      return calls.read(file, path, into, length);
    }

    @Override
    public boolean isStill(TreeEntry.FileEntry scanned) throws IOException {
      Stat now = calls.stat(file, path);
      return now.ctime() == scanned.ctime() && now.size() == scanned.size();
    }

    @Override
    public void close() throws IOException {
      calls.close(file, path);
    }
  }
}
