package dev.stepcache.cli.listing;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Platform;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What does not change of an image, besides its manifest.
 *
 * @param digest of its manifest
 * @param created as its config says
 * @param saved as its index says; empty where that was not read
 * @param saysNothing whether its index was read, and does not say when it was saved
 */
record KnownImage(
    Digest digest,
    Platform platform,
    Instant created,
    Optional<Instant> saved,
    boolean saysNothing) {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]*");
  private static final String NOT_READ = "?";
  private static final String NOTHING = "-";
  private static final int PARTS = 5;

  /** One line of a file; empty where a value is too odd for that. */
  Optional<String> line() {
    if (!WORD.matcher(platform.os()).matches()
        || !WORD.matcher(platform.architecture()).matches()) {
      return Optional.empty();
    }
    String text =
        String.join(
            " ",
            digest.hex(),
            platform.os() + "/" + platform.architecture(),
            created.toString(),
            saved.map(Instant::toString).orElse(saysNothing ? NOTHING : NOT_READ));
    return Optional.of(text + " " + sum(text));
  }

  /** What a line says; empty for one that was written by nobody, or not to its end. */
  static Optional<KnownImage> parse(String line) {
    String[] parts = line.split(" ", -1);
    int end = line.lastIndexOf(' ');
    if (parts.length != PARTS || !sum(line.substring(0, end)).equals(parts[PARTS - 1])) {
      return Optional.empty();
    }
    try {
      int slash = parts[1].indexOf('/');
      boolean read = !parts[3].equals(NOT_READ);
      boolean nothing = parts[3].equals(NOTHING);
      return Optional.of(
          new KnownImage(
              Digest.parse("sha256:" + parts[0]),
              new Platform(parts[1].substring(0, slash), parts[1].substring(slash + 1)),
              Instant.parse(parts[2]),
              read && !nothing ? Optional.of(Instant.parse(parts[3])) : Optional.empty(),
              nothing));
    } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static String sum(String text) {
    CRC32 sum = new CRC32();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(sum.getValue());
  }
}
