package dev.stepcache.format;

import dev.stepcache.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The first 16 bytes of the SHA-256 of each regular file of a layer, in tar order (docs/format.md,
 * content layers).
 */
public final class Sums {
  /** How long a sum is, in bytes. */
  public static final int SIZE = 16;

  private byte[] bytes = {};
  private int count;

  /** That of a symlink's target, whose first bytes count. */
  public static byte[] ofTarget(String target) {
    return Digest.sha256().digest(target.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether a sum is that of a SHA-256, whose first bytes count. */
  public static boolean isSame(byte[] sum, byte[] sha256) {
    return Arrays.equals(sum, 0, SIZE, sha256, 0, SIZE);
  }

  /**
   * Adds the next file's sum.
   *
   * @param sha256 32 bytes, of which the first {@link #SIZE} are kept
   */
  public void add(byte[] sha256) {
    if ((count + 1) * SIZE > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(64 * SIZE, bytes.length * 2));
    }
    System.arraycopy(sha256, 0, bytes, count * SIZE, SIZE);
    count++;
  }

  /** The sum of a file, by its number among the files of its layer. */
  public byte[] sum(int number) {
    return Arrays.copyOfRange(bytes, number * SIZE, (number + 1) * SIZE);
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, count * SIZE);
  }
}
