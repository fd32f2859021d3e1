package dev.stepcache.disk;

import dev.stepcache.syscall.Stat;
import dev.stepcache.syscall.SystemCalls;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Reads folders below a root: what is in them, and what lstat says of each. Follows no link. */
public sealed interface Listings extends Closeable permits SystemCallListings, PlainListings {
  /** The ones with the fewest system calls that this system has. */
  static Listings below(Path root) throws IOException {
    return SystemCalls.areUsed() ? new SystemCallListings(root) : new PlainListings(root);
  }

  /** Is told what is in a folder, in no order. */
  interface Visitor {
    void entry(String component, Stat stat);

    /** A name that is not UTF-8, made fit for people. */
    void foreign(String shown);

    /** What is there and cannot be looked at. */
    void hidden(String component, IOException why);
  }

  /**
   * Reads a folder; what vanishes meanwhile is left out.
   *
   * @param folder its name below the root; "" for the root
   */
  void list(String folder, Visitor found) throws IOException;
}
