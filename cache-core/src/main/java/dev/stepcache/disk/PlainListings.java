package dev.stepcache.disk;

import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/** Read as any POSIX system's JDK can. */
public record PlainListings(Path root) implements Listings {
  @Override
  public void list(String folder, Visitor found) throws IOException {
    Path path = folder.isEmpty() ? root : root.resolve(FileNames.path(folder));
    if (!folder.isEmpty() && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(folder);
    }
    try (DirectoryStream<Path> listed = Files.newDirectoryStream(path)) {
      for (Path child : listed) {
        look(child, found);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void look(Path path, Visitor found) {
    Path last = path.getFileName();
    Optional<String> text = FileNames.text(last);
    if (text.isEmpty()) {
      found.foreign(FileNames.shown(last));
      return;
    }
    try {
      Stat.of(path).ifPresent(stat -> found.entry(text.get(), stat));
    } catch (IOException e) {
      found.hidden(text.get(), e);
    }
  }

  @Override
  public void close() {}
}
