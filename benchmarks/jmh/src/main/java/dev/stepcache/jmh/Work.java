package dev.stepcache.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What was done in an iteration; JMH shows it by second. */
@AuxCounters
@State(Scope.Thread)
public class Work {
  /** Files and links. */
  public long files;

  /** Millions of bytes of files. */
  public double megabytes;

  void add(long files, long bytes) {
    this.files += files;
    this.megabytes += bytes / 1e6;
  }
}
