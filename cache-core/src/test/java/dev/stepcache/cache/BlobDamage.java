package dev.stepcache.cache;

import java.util.Arrays;

/** How a stored blob is damaged. */
enum BlobDamage {
  FLIPPED,
  FLIPPED_AT_THE_START,
  CUT,
  EMPTIED;

  byte[] of(byte[] content) {
    byte[] damaged = content.clone();
    switch (this) {
      case FLIPPED -> damaged[content.length / 2] ^= 1;
      case FLIPPED_AT_THE_START -> damaged[4] ^= (byte) 0xff;
      case CUT -> damaged = Arrays.copyOf(content, content.length / 2);
      case EMPTIED -> damaged = new byte[0];
    }
    return damaged;
  }
}
