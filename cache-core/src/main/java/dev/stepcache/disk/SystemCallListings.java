package dev.stepcache.disk;

import dev.stepcache.syscall.SystemCalls;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A folder is opened below the open root, read and closed; one call more for each name in it. */
public final class SystemCallListings implements Listings {
  private static final byte[] ITSELF = {'.'};

  private final SystemCalls calls = new SystemCalls();
  private final byte[] path;
  private final int root;

  /** Of the folders below a root, whose own path may have links in it. */
  public SystemCallListings(Path root) throws IOException {
    this.path = FileNames.bytes(root.toRealPath());
    this.root = calls.openPath(path);
  }

  @Override
  public void list(String folder, Visitor found) throws IOException {
    byte[] path = folder.isEmpty() ? ITSELF : folder.getBytes(StandardCharsets.UTF_8);
    int open = calls.folder(root, path);
    try {
      calls.list(
          open,
          path,
          (name, address) -> {
            if (!isDots(name)) {
              look(open, name, address, found);
            }
          });
    } finally {
      calls.close(open, path);
    }
  }

  private static boolean isDots(byte[] name) {
    return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
  }

  private void look(int folder, byte[] name, long address, Visitor found) {
    Optional<String> text = FileNames.text(name);
    if (text.isEmpty()) {
      found.foreign(FileNames.shown(name));
      return;
    }
    try {
      found.entry(text.get(), calls.stat(folder, name, address));
    } catch (NoSuchFileException e) {
      // It vanished.
    } catch (IOException e) {
      found.hidden(text.get(), e);
    }
  }

  @Override
  public void close() throws IOException {
    calls.close(root, path);
  }
}
