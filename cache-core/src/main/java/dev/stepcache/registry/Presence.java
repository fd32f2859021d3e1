package dev.stepcache.registry;

import java.util.Optional;

/** What the answer to HEAD tells of a blob. */
enum Presence {
  THERE,
  ABSENT,
  /** Nothing: it was refused, or failed. */
  UNKNOWN;

  /**
   * @param length as the answer states it; fronts leave it out, or make it 0 as they send no body
   * @param size of the blob
   */
  static Presence of(int status, Optional<Long> length, long size) {
    return switch (status) {
      case 200 -> {
        long stated = length.orElse(size);
        yield stated == size ? THERE : stated == 0 ? UNKNOWN : ABSENT;
      }
      case 404, 410 -> ABSENT;
      default -> UNKNOWN;
    };
  }
}
