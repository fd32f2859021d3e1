package dev.stepcache.syscall;

import java.util.Optional;

/**
 * A processor's numbers of Linux's system calls and of their flags, and where its struct stat has
 * the mode and the number of links; all else that we ask for lies at one offset on all of them.
 */
record Machine(
    int openat,
    int close,
    int read,
    int pwrite,
    int ftruncate,
    int utimensat,
    int fchmod,
    int fstat,
    int mkdirat,
    int unlinkat,
    int umask,
    int getdents64,
    int newfstatat,
    int syncfs,
    int renameat,
    int fchmodat,
    int lseek,
    int directory,
    int nofollow,
    int mode,
    int links) {

  /** The one we run on, if we know it. */
  static Optional<Machine> ours() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    return switch (System.getProperty("os.arch")) {
      case "amd64" ->
          Optional.of(
              new Machine(
                  257, 3, 0, 18, 77, 280, 91, 5, 258, 263, 95, 217, 262, 306, 264, 268, 8, 0200000,
                  0400000, 24, 16));
      case "aarch64" ->
          Optional.of(
              new Machine(
                  56, 57, 63, 68, 46, 88, 52, 80, 34, 35, 166, 61, 79, 267, 38, 53, 62, 040000,
                  0100000, 16, 20));
      default -> Optional.empty();
    };
  }
}
