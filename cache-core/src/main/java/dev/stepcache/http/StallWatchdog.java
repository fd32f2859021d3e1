package dev.stepcache.http;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts connections that take no byte for too long: Java has a time limit for reading from a socket,
 * and none for writing to it. One thread, there while something is watched.
 */
final class StallWatchdog implements Closeable {
  private final long silence;
  private final List<Watched> watched = new ArrayList<>();
  private @Nullable Thread thread;
  private boolean closed;

  StallWatchdog(Duration silence) {
    this.silence = silence.toNanos();
  }

  /** A connection that is written to; whoever writes says when bytes went out. */
  final class Watched implements Closeable {
    private final Runnable ending;
    private volatile long last = System.nanoTime();
    private volatile boolean cut;

    private Watched(Runnable ending) {
      this.ending = ending;
    }

    void progress() {
      last = System.nanoTime();
    }

    boolean wasCut() {
      return cut;
    }

    @Override
    public void close() {
      synchronized (StallWatchdog.this) {
        watched.remove(this);
      }
    }
  }

  /**
   * @param ending cuts the connection, and does not wait for it
   */
  synchronized Watched watch(Runnable ending) {
    Watched added = new Watched(ending);
    watched.add(added);
    if (thread == null && !closed) {
      thread = Thread.ofPlatform().daemon().name("stepcache-stall").start(this::run);
    }
    return added;
  }

  private void run() {
    while (true) {
      List<Watched> silent;
      synchronized (this) {
        if (closed || watched.isEmpty()) {
          thread = null;
          return;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(this, Math.max(silence / 4, 1_000_000));
        } catch (InterruptedException e) {
          thread = null;
          return;
        }
        long now = System.nanoTime();
        silent = watched.stream().filter(one -> now - one.last > silence).toList();
        watched.removeAll(silent);
      }
      for (Watched one : silent) {
        one.cut = true;
        one.ending.run();
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
