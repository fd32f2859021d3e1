package dev.stepcache.hostile;

import java.math.BigInteger;

/** Times, modes and owners. */
final class TimeArchives extends Family {
  private static final long SECOND = 1_000_000_000L;

  TimeArchives() {
    super("time");
    at("1", SECOND);
    at("0", 0);
    at("1.5", SECOND + 500_000_000);
    at("1.123456789", 1_123_456_789L);
    at("1.1234567899999", 1_123_456_789L);
    at("1.", SECOND);
    at("-1", -SECOND);
    at("-1.5", -SECOND - 500_000_000);
    at("-0.000000001", -1);
    at("2147483648", 2_147_483_648L * SECOND);
    at("7258118400.999999999", 7_258_118_400L * SECOND + 999_999_999);
    for (String time :
        new String[] {
          "",
          "x",
          "1e9",
          "1E99999999",
          "0x1",
          "1,5",
          " 1",
          "+1",
          ".5",
          "--1",
          "1".repeat(30),
          "1." + "0".repeat(50),
          "9".repeat(100_000),
          "NaN",
          "Infinity",
          "1.5.5"
        }) {
      String shown = time.length() > 40 ? time.length() + " characters" : "'" + time + "'";
      refused(shown, new RawTar().pax("mtime", time).file("f", "x"));
    }
    for (int mode : new int[] {0644, 0755, 0600, 0400, 0444, 0111, 0, 0777}) {
      restored(
          "mode " + Integer.toOctalString(mode),
          new Expected().file("f", "x", Integer.toOctalString(mode), Expected.TIME),
          new RawTar().put(RawHeader.file("f", 1).mode(mode), "x"));
    }
    for (int bits : new int[] {04755, 02755, 01755, 06755, 07755}) {
      restored(
          "mode " + Integer.toOctalString(bits),
          new Expected().file("f", "x", "755", Expected.TIME),
          new RawTar().put(RawHeader.file("f", 1).mode(bits), "x"));
      restored(
          "folder of mode " + Integer.toOctalString(bits),
          new Expected().folder("d", "755", Expected.TIME),
          new RawTar().put(RawHeader.folder("d/").mode(bits)));
    }
    restored(
        "mode with the type's bits",
        new Expected().file("f", "x"),
        new RawTar().put(RawHeader.file("f", 1).text(RawHeader.MODE, "100644 \0"), "x"));
    restored(
        "a folder of mode 0 with a file below it",
        new Expected().folder("d", "0", Expected.TIME).file("d/f", "x"),
        new RawTar().put(RawHeader.folder("d/").mode(0)).file("d/f", "x"));
    restored(
        "folders of mode 555 inside each other",
        new Expected()
            .folder("d", "555", Expected.TIME)
            .folder("d/e", "555", Expected.TIME)
            .file("d/e/f", "x"),
        new RawTar()
            .put(RawHeader.folder("d/").mode(0555))
            .put(RawHeader.folder("d/e/").mode(0555))
            .file("d/e/f", "x"));
    restored(
        "owners of any number",
        new Expected().file("f", "x"),
        new RawTar()
            .put(
                RawHeader.file("f", 1)
                    .base256(RawHeader.UID, 8, BigInteger.valueOf(1L << 40))
                    .text(RawHeader.GID, "7777777\0")
                    .text(265, "nobody-knows-me"),
                "x"));
    restored(
        "owners that are no numbers",
        new Expected().file("f", "x"),
        new RawTar()
            .put(
                RawHeader.file("f", 1)
                    .text(RawHeader.UID, "garbage")
                    .text(RawHeader.GID, "........"),
                "x"));
    header("0", new byte[12], 0);
    header("blanks", "            ".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0);
    restored(
        "a time of the header after 2038",
        new Expected().file("f", "x", "644", 077777777777L / 2 * SECOND / 2 * 2),
        new RawTar()
            .put(RawHeader.file("f", 1).octal(RawHeader.MTIME, 12, 077777777777L / 2), "x"));
    restored(
        "a binary time before 1970",
        new Expected().file("f", "x", "644", -5 * SECOND),
        new RawTar()
            .put(RawHeader.file("f", 1).base256(RawHeader.MTIME, 12, BigInteger.valueOf(-5)), "x"));
    refused(
        "a binary time of 2^88",
        new RawTar()
            .put(
                RawHeader.file("f", 1).base256(RawHeader.MTIME, 12, BigInteger.ONE.shiftLeft(80)),
                "x"));
    refused(
        "a time that is garbage",
        new RawTar().put(RawHeader.file("f", 1).text(RawHeader.MTIME, "garbage"), "x"));
    refused(
        "a mode that is garbage",
        new RawTar()
            .put(RawHeader.file("f", 1).text(RawHeader.MODE, "rw-r--r--".substring(0, 7)), "x"));
  }

  private void at(String time, long nanoseconds) {
    restored(
        time + " s",
        new Expected().file("f", "x", "644", nanoseconds),
        new RawTar().pax("mtime", time).file("f", "x"));
  }

  private void header(String what, byte[] field, long nanoseconds) {
    restored(
        "a header's time of " + what,
        new Expected().file("f", "x", "644", nanoseconds),
        new RawTar().put(RawHeader.file("f", 1).bytes(RawHeader.MTIME, field), "x"));
  }
}
