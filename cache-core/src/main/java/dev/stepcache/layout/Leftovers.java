package dev.stepcache.layout;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What killed writers left in {@code .ingest/}. A living one writes, so its file is young: whatever
 * nobody wrote to for a day belongs to nobody.
 */
final class Leftovers {
  private static final Duration AGE = Duration.ofDays(1);

  private final AtomicBoolean swept = new AtomicBoolean();

  /**
   * Removes them, the first time that it is called. What cannot be removed does no harm.
   *
   * @param fresh a file that was just made among them: its time is the file system's own, whose
   *     clock may be another machine's
   */
  void sweepOnce(Path fresh) {
    if (swept.getAndSet(true)) {
      return;
    }
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(fresh.toAbsolutePath().getParent())) {
      Instant oldest = Files.getLastModifiedTime(fresh).toInstant().minus(AGE);
      for (Path file : files) {
        removeIfOlder(file, oldest);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // The next writer tries again.
    }
  }

  private static void removeIfOlder(Path file, Instant oldest) {
    try {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // It is gone, or another user's.
    }
  }
}
