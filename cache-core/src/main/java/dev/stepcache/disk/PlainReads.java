package dev.stepcache.disk;

import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Read as any POSIX system's JDK can. */
record PlainReads(Path root) implements ReadFiles {
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  @Override
  public OpenFile open(EntryName name) throws IOException {
    Path path = name.under(root);
    return new Open(path, FileChannel.open(path, READ));
  }

  private record Open(Path path, FileChannel file) implements OpenFile {
    @Override
    public int read(byte[] into, int length) throws IOException {
      return file.read(ByteBuffer.wrap(into, 0, length));
    }

    @Override
    public boolean isStill(TreeEntry.FileEntry scanned) throws IOException {
      return file.size() == scanned.size()
          && Stat.of(path).filter(now -> now.ctime() == scanned.ctime()).isPresent();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
