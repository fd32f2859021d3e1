package dev.stepcache.hostile;

import dev.stepcache.outcome.Reason;

/** pax records that are broken, doubled, huge or at odds with their header. */
final class PaxArchives extends Family {
  PaxArchives() {
    super("pax");
    Expected f = new Expected().file("f", "x");
    for (String record :
        new String[] {
          "",
          "\n",
          "path=f\n",
          "x path=f\n",
          "9999 path=f\n",
          "10 path=f",
          "0 path=f\n",
          "5\n",
          "-9 path=f\n",
          "+9 path=f\n",
          " 9 path=f\n",
          "9path=f\n",
          "9\tpath=f\n",
          "8 path=f\n",
          "9 path:f\n",
          "99999999999999999999 path=f\n",
          "2147483647 path=f\n",
          "9 path=f\n9 path=f",
          "9 path=f\n\0\0\0",
          "7 =f\n",
          "3 \n",
          "4 =\n"
        }) {
      boolean legal = record.isEmpty();
      String shown = "the record '" + record.replace("\n", "\\n").replace("\0", "\\0") + "'";
      RawTar tar = new RawTar().records('x', record).file("f", "x");
      if (legal) {
        restored(shown, f, tar);
      } else {
        refused(shown, tar);
      }
    }
    restored(
        "records of other tools",
        f,
        new RawTar()
            .pax(
                "comment",
                "c",
                "uname",
                "root",
                "gname",
                "g",
                "uid",
                "99999999999",
                "gid",
                "-1",
                "atime",
                "1.5",
                "ctime",
                "x",
                "charset",
                "ISO-IR 8859 1 1998",
                "hdrcharset",
                "BINARY",
                "LIBARCHIVE.creationtime",
                "1",
                "realtime.x",
                "y",
                "VENDOR.k=e=y",
                "v")
            .file("f", "x"));
    restored(
        "extended attributes are dropped",
        f,
        new RawTar()
            .pax(
                "SCHILY.xattr.user.x",
                "y",
                "SCHILY.xattr.security.capability",
                "\u0001\0\0\u0002",
                "LIBARCHIVE.xattr.user.y",
                "eQ",
                "SCHILY.acl.access",
                "user::rwx",
                "RHT.security.selinux",
                "s")
            .file("f", "x"));
    restored(
        "a path twice: the last counts",
        f,
        new RawTar().pax("path", "first", "path", "f").file("h", "x"));
    restored(
        "a path of UTF-8",
        new Expected().file("é/ü", "x"),
        new RawTar().pax("path", "é/ü").file("e", "x"));
    restored(
        "a newline in a path",
        new Expected().file("a\n9 path=b\n", "x"),
        new RawTar().pax("path", "a\n9 path=b\n").file("e", "x"));
    restored(
        "an equals sign in a path",
        new Expected().file("a=b=", "x"),
        new RawTar().pax("path", "a=b=").file("e", "x"));
    restored(
        "a folder's path", new Expected().folder("d"), new RawTar().pax("path", "d/").folder("e"));
    restored(
        "records count for one entry only",
        new Expected().file("long", "x").file("f", "y"),
        new RawTar().pax("path", "long").file("s", "x").file("f", "y"));
    restored(
        "a record of 900 KB", f, new RawTar().pax("comment", "c".repeat(900_000)).file("f", "x"));
    refused(
        "a record over 1 MiB",
        Reason.LIMIT,
        new RawTar().pax("comment", "c".repeat(1 << 20)).file("f", "x"));
    refused(
        "a record of 8 GiB that is not there",
        Reason.LIMIT,
        new RawTar().raw(RawHeader.of('x', "p").octal(RawHeader.SIZE, 12, 077777777777L).block()));
    refused(
        "a record of negative size",
        Reason.LIMIT,
        new RawTar()
            .raw(
                RawHeader.of('x', "p")
                    .base256(RawHeader.SIZE, 12, java.math.BigInteger.valueOf(-512))
                    .block())
            .file("f", "x"));
    refused("nothing behind a record", new RawTar().pax("path", "f"));
    refused(
        "records twice before one entry",
        new RawTar().pax("path", "a").pax("path", "b").file("f", "x"));
    refused(
        "no UTF-8 in a path",
        new RawTar()
            .raw(RawHeader.of('x', "p").octal(RawHeader.SIZE, 12, 9).block())
            .padded(new byte[] {'9', ' ', 'p', 'a', 't', 'h', '=', (byte) 0xff, '\n'})
            .file("f", "x"));
    restored(
        "no UTF-8 in an attribute",
        f,
        new RawTar()
            .raw(RawHeader.of('x', "p").octal(RawHeader.SIZE, 12, 9).block())
            .padded(new byte[] {'9', ' ', 'a', 't', 't', 'r', '=', (byte) 0xff, '\n'})
            .file("f", "x"));

    for (String size :
        new String[] {
          "-1",
          "",
          "1e3",
          "0x10",
          "1.0",
          " 1",
          "1 ",
          "99999999999999999999",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "١"
        }) {
      refused("a size of '" + size + "'", new RawTar().pax("size", size).file("f", "x"));
    }
    refused(
        "a size over all limits",
        Reason.LIMIT,
        new RawTar().pax("size", "999999999999999999").put(RawHeader.file("f", 0)));
    restored(
        "a size that the header leaves out",
        f,
        new RawTar().pax("size", "1").put(RawHeader.file("f", 0), "x"));
    restored("a size that the header has as well", f, new RawTar().pax("size", "1").file("f", "x"));
    restored("a size with a plus of zeros", f, new RawTar().pax("size", "0001").file("f", "x"));
    byte[] smuggled = new RawTar().file("smuggled", "x").body();
    String inner = new String(smuggled, java.nio.charset.StandardCharsets.ISO_8859_1);
    restored(
        "an archive inside whose size the header leaves out",
        new Expected().file("f", inner),
        new RawTar().pax("size", "" + inner.length()).put(RawHeader.file("f", 0), inner));
    refused(
        "a size of 0 where the header has one",
        new RawTar().pax("size", "0").put(RawHeader.file("f", inner.length()), inner));
    refused(
        "a smaller size than the header's",
        new RawTar().pax("size", "512").put(RawHeader.file("f", inner.length()), inner));
    refused(
        "a larger size than the header's",
        new RawTar().pax("size", "1024").put(RawHeader.file("f", 512), inner));
    refused(
        "a size for a folder", new RawTar().pax("size", "1024").put(RawHeader.folder("d"), inner));
    refused(
        "a size for a symlink",
        new RawTar().pax("size", "1024").put(RawHeader.link('2', "l", "t"), inner));
    refused(
        "a size for a hard link",
        new RawTar().file("f", "x").pax("size", "1024").put(RawHeader.link('1', "h", "f"), inner));

    restored("a global header", f, new RawTar().global("comment", "of git").file("f", "x"));
    restored(
        "a global time",
        new Expected()
            .file("a", "x", "644", 5_000_000_000L)
            .file("b", "x", "644", 6_000_000_000L)
            .file("c", "x", "644", 7_000_000_000L),
        new RawTar()
            .global("mtime", "5")
            .file("a", "x")
            .pax("mtime", "6")
            .file("b", "x")
            .global("mtime", "7")
            .file("c", "x"));
    restored(
        "a global time that a later global header keeps",
        new Expected().file("a", "x", "644", 5_000_000_000L),
        new RawTar().global("mtime", "5").global("comment", "c").file("a", "x"));
    restored(
        "a global header between a record and its entry",
        new Expected().file("a", "x", "644", 6_000_000_000L),
        new RawTar().pax("mtime", "6").global("mtime", "5").file("a", "x"));
    refused("a global path", new RawTar().global("path", "g").file("a", "x").file("b", "y"));
    refused("a global link path", new RawTar().global("linkpath", "g").symlink("a", "x"));
    refused("a global size", new RawTar().global("size", "1").file("a", "x"));
    refused("a broken global header", new RawTar().records('g', "99 x=y\n").file("a", "x"));
    refused(
        "Solaris' records",
        new RawTar().extension('X', "p", RawTar.joined("path", "f")).file("a", "x"));
    RawTar endless = new RawTar();
    for (int at = 0; at < 5000; at++) {
      endless.global("comment", "c");
    }
    refused("5000 global headers and nothing else", Reason.LIMIT, endless.file("f", "x"));
  }
}
