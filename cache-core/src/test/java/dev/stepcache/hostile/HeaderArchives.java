package dev.stepcache.hostile;

import dev.stepcache.outcome.Reason;
import java.math.BigInteger;
import java.util.Arrays;

/** Sizes, checksums, types, and where an archive ends. */
final class HeaderArchives extends Family {
  private static final Expected F = new Expected().file("f", "x");

  HeaderArchives() {
    super("header");
    sizes();
    checksums();
    types();
    ends();
    duplicates();
  }

  private void sizes() {
    for (String size :
        new String[] {
          "00000000001\0",
          "00000000001 ",
          "         1 \0",
          "          1 ",
          " 1\0\0\0\0\0\0\0\0\0\0",
          "1           ",
          "1\0\0\0\0\0\0\0\0\0\0\0",
          "000000000001"
        }) {
      restored(
          "a size of '" + size.replace("\0", "\\0") + "'",
          F,
          new RawTar().put(RawHeader.file("f", 0).text(RawHeader.SIZE, size), "x"));
    }
    for (String size :
        new String[] {
          "-1         \0",
          "+1         \0",
          "8          \0",
          "0x1        \0",
          "1a         \0",
          "1 1        \0",
          "1\0" + "1         \0",
          "\0" + "0000000001\0",
          "1.0        \0",
          "garbage    \0",
          "       -1  \0",
          "1\n         \0",
          "1\t         \0",
          "........... "
        }) {
      refused(
          "a size of '" + size.replace("\0", "\\0").replace("\n", "\\n") + "'",
          new RawTar().put(RawHeader.file("f", 0).text(RawHeader.SIZE, size), "x"));
    }
    restored(
        "a size in binary",
        F,
        new RawTar().put(RawHeader.file("f", 0).base256(RawHeader.SIZE, 12, BigInteger.ONE), "x"));
    for (long size : new long[] {-1, -512, Long.MIN_VALUE, Long.MIN_VALUE + 511}) {
      refused(
          "a binary size of " + size,
          new RawTar()
              .put(
                  RawHeader.file("f", 0).base256(RawHeader.SIZE, 12, BigInteger.valueOf(size)),
                  "x"));
    }
    for (BigInteger size :
        new BigInteger[] {
          BigInteger.ONE.shiftLeft(63),
          BigInteger.ONE.shiftLeft(64),
          BigInteger.ONE.shiftLeft(94),
          BigInteger.ONE.shiftLeft(64).add(BigInteger.ONE)
        }) {
      refused(
          "a binary size of " + size,
          new RawTar().put(RawHeader.file("f", 0).base256(RawHeader.SIZE, 12, size), "x"));
    }
    for (long size : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 511, 1L << 62, 1L << 45}) {
      refused(
          "a binary size of " + size,
          Reason.LIMIT,
          new RawTar()
              .put(
                  RawHeader.file("f", 0).base256(RawHeader.SIZE, 12, BigInteger.valueOf(size)),
                  "x"));
      refused(
          "what is left out has a size of " + size,
          Reason.LIMIT,
          new RawTar()
              .put(
                  RawHeader.file(".stepcache/x", 0)
                      .base256(RawHeader.SIZE, 12, BigInteger.valueOf(size)))
              .file("f", "x"));
    }
    refused("a size larger than what is there", new RawTar().put(RawHeader.file("f", 6000), "x"));
    refused(
        "a folder with a size",
        new RawTar().put(RawHeader.folder("d").octal(RawHeader.SIZE, 12, 512), "x"));
    refused(
        "a symlink with a size",
        new RawTar().put(RawHeader.link('2', "l", "t").octal(RawHeader.SIZE, 12, 512), "x"));
    refused(
        "a fifo with a size",
        new RawTar().put(RawHeader.of('6', "p").octal(RawHeader.SIZE, 12, 512), "x"));
    for (int size : new int[] {0, 1, 511, 512, 513, 1024}) {
      restored(
          "a file of " + size + " bytes",
          new Expected().file("f", "y".repeat(size)).file("g", "x"),
          new RawTar().file("f", "y".repeat(size)).file("g", "x"));
    }
    restored(
        "a padding that is no zeros",
        new Expected().file("f", "x").file("g", "y"),
        new RawTar().put(RawHeader.file("f", 1), "x" + "p".repeat(511)).file("g", "y"));
  }

  private void checksums() {
    int sum = RawHeader.file("f", 1).sum(false);
    for (String form :
        new String[] {"%06o\0 ", "%06o \0", "%7o\0", "%07o\0", " %5o\0 ", "%08o", "%o\0"}) {
      restored(
          "a checksum as '" + form.replace("\0", "\\0") + "'",
          F,
          new RawTar().put(RawHeader.file("f", 1).checksum(String.format(form, sum)), "x"));
    }
    restored(
        "a checksum of signed bytes",
        new Expected().file("é", "x"),
        new RawTar().put(RawHeader.file("é", 1).signedChecksum(), "x"));
    for (String wrong :
        new String[] {
          String.format("%06o\0 ", sum + 1),
          "        ",
          "\0\0\0\0\0\0\0\0",
          "garbage\0",
          "000000\0 ",
          "777777\0 ",
          "-00001\0 "
        }) {
      refused(
          "a checksum of '" + wrong.replace("\0", "\\0") + "'",
          new RawTar().put(RawHeader.file("f", 1).checksum(wrong), "x"));
    }
    refused(
        "a wrong checksum in the second entry",
        new RawTar().file("a", "x").put(RawHeader.file("f", 1).checksum("000001\0 "), "x"));
    refused(
        "a wrong checksum of a pax header",
        new RawTar()
            .raw(RawHeader.of('x', "p").octal(RawHeader.SIZE, 12, 9).checksum("000001\0 ").block())
            .padded(RawTar.utf8("9 path=f\n"))
            .file("f", "x"));
    refused("no header at all", new RawTar().raw(RawTar.utf8("This is no tar.".repeat(100))));
    refused("a tar that begins within a block", new RawTar().raw(new byte[1]).file("f", "x"));
  }

  private void types() {
    for (char type : new char[] {'3', '4', '6'}) {
      restored(
          "type " + type + " is left out",
          F,
          new RawTar()
              .put(RawHeader.of(type, "dev").octal(329, 8, 1).octal(337, 8, 3))
              .file("f", "x"));
      refused(
          "type " + type + " with an absolute name",
          new RawTar().put(RawHeader.of(type, "/dev/x")));
      refused(
          "a file below type " + type + " of a file's name",
          new RawTar().file("dev", "x").put(RawHeader.of(type, "dev")).file("dev/x", "x"));
    }
    restored(
        "a contiguous file",
        F,
        new RawTar().put(RawHeader.of('7', "f").octal(RawHeader.SIZE, 12, 1), "x"));
    restored(
        "a file of type NUL",
        F,
        new RawTar().put(RawHeader.of('\0', "f").octal(RawHeader.SIZE, 12, 1).old(), "x"));
    restored(
        "a volume's label",
        F,
        new RawTar().raw(RawHeader.of('V', "/a//label").block()).file("f", "x"));
    for (char type :
        new char[] {'A', 'D', 'I', 'M', 'N', 'X', 'Z', 'a', '8', '9', ' ', '?', '\u00ff'}) {
      refused("type '" + type + "'", new RawTar().put(RawHeader.of(type, "f")).file("g", "x"));
    }
    restored("a header of GNU", F, new RawTar().put(RawHeader.file("f", 1).gnu(), "x"));
    restored("a header without magic", F, new RawTar().put(RawHeader.file("f", 1).old(), "x"));
    restored(
        "a magic of another kind",
        F,
        new RawTar().put(RawHeader.file("f", 1).text(RawHeader.MAGIC, "ustar\0" + "xx"), "x"));
  }

  private void ends() {
    byte[] body = new RawTar().file("f", "x").body();
    restoredTar("ten blocks of zeros", F, concat(body, new byte[10 * 512]));
    restoredTar("a record of 10 KiB", F, concat(body, new byte[10240 - body.length]));
    restoredTar("a megabyte of zeros", F, concat(body, new byte[1 << 20]));
    restoredTar("an empty archive", new Expected(), RawTar.END);
    restoredTar("an empty archive of one record", new Expected(), new byte[10240]);
    refusedTar("no end", body);
    refusedTar("nothing", new byte[0]);
    refusedTar("one byte", new byte[1]);
    refusedTar("one block of zeros less a byte", concat(body, new byte[511]));
    refusedTar("garbage behind the end", concat(body, RawTar.END, new byte[511], new byte[] {1}));
    refusedTar(
        "a second archive behind the end",
        concat(body, RawTar.END, new RawTar().file("smuggled", "x").whole()));
    refusedTar("a block of zeros in the middle", concat(body, new byte[512], body, RawTar.END));
    refusedTar("two blocks of zeros in the middle", concat(body, RawTar.END, body, RawTar.END));
    refusedTar("zeros first", concat(new byte[512], body, RawTar.END));
    refusedBlob(
        "64 MiB of zeros behind the end",
        Reason.LIMIT,
        dev.stepcache.oci.MediaType.OCI_LAYER_ZSTD,
        com.github.luben.zstd.Zstd.compress(concat(body, new byte[64 << 20])));
    byte[] whole =
        new RawTar()
            .pax("path", "d/f")
            .file("short", "y".repeat(700))
            .folder("e/")
            .symlink("l", "t")
            .whole();
    for (int length = 0; length <= whole.length - 1024; length += 512) {
      refusedTar("cut after " + length + " bytes", Arrays.copyOf(whole, length));
      refusedTar("cut after " + (length + 100) + " bytes", Arrays.copyOf(whole, length + 100));
    }
  }

  private void duplicates() {
    restored(
        "a file twice: the last counts",
        new Expected().file("f", "second"),
        new RawTar().file("f", "first").file("f", "second"));
    restored(
        "a folder twice: the last counts",
        new Expected().folder("d", "700", Expected.TIME).file("d/f", "x"),
        new RawTar().folder("d/").file("d/f", "x").put(RawHeader.folder("d/").mode(0700)));
    restored(
        "a file over a folder",
        new Expected().file("d", "x"),
        new RawTar().folder("d/").file("d/f", "x").file("d", "x"));
    restored(
        "a folder over a file",
        new Expected().folder("d").file("d/f", "x"),
        new RawTar().file("d", "x").folder("d/").file("d/f", "x"));
    restored(
        "a file over a folder of a lower layer",
        new Expected().file("d", "x"),
        new RawTar().file("d/e/f", "x"),
        new RawTar().file("d", "x"));
    restored(
        "a folder over a file of a lower layer",
        new Expected().folder("d"),
        new RawTar().file("d", "x"),
        new RawTar().folder("d/"));
    restored(
        "a folder of a lower layer keeps what is below it",
        new Expected().folder("d", "700", Expected.TIME).file("d/a", "x").file("d/b", "y"),
        new RawTar().folder("d/").file("d/a", "x"),
        new RawTar().put(RawHeader.folder("d/").mode(0700)).file("d/b", "y"));
    restored(
        "a symlink twice",
        new Expected().symlink("l", "b"),
        new RawTar().symlink("l", "a").symlink("l", "b"));
    RawTar hundred = new RawTar();
    for (int at = 0; at < 100; at++) {
      hundred.file("f", "version " + at);
    }
    restored("a file 100 times", new Expected().file("f", "version 99"), hundred);
  }
}
