package dev.stepcache.layout;

import dev.stepcache.io.Interrupts;
import dev.stepcache.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** A lock between processes, and between threads of this one, with a bound on the wait for it. */
final class LayoutLock implements Closeable {
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final FileChannel channel;

  private LayoutLock(FileChannel channel) {
    this.channel = channel;
  }

  static LayoutLock acquire(Path file, Duration patience, String operation) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      SharedFiles.share(file, "rw-rw-r--");
      long end = System.nanoTime() + patience.toNanos();
      while (!attempt(channel)) {
        if (System.nanoTime() >= end) {
          throw new StoreException.Throttled(
              operation
                  + ": somebody else has held "
                  + file
                  + " for "
                  + patience.toSeconds()
                  + " s");
        }
        Thread.sleep(PAUSE);
      }
      locked = true;
      return new LayoutLock(channel);
    } catch (InterruptedException e) {
      throw Interrupts.caught(operation + ": interrupted");
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static boolean attempt(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Closing the channel ends the lock. The file stays: deleting it would let two in. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
