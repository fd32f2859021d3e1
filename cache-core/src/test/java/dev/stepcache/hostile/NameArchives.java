package dev.stepcache.hostile;

import dev.stepcache.outcome.Reason;
import java.nio.file.Path;

/** Names that lead out, that are none, and that are only odd. */
final class NameArchives extends Family {
  /**
   * @param outside a folder beside the cache path, as {@code ../../outside} from the staging too
   */
  NameArchives(Path outside) {
    super("name");
    for (String way : new String[] {"..", "../..", "../../..", "../../../..", "a/../..", "./.."}) {
      refused(way + "/outside", new RawTar().file(way + "/outside/made", "x"));
      refused(way + "/outside as a folder", new RawTar().folder(way + "/outside/made/"));
      refused(way + " by pax", new RawTar().pax("path", way + "/outside/made").file("f", "x"));
      refused(way + " by GNU", new RawTar().gnu('L', way + "/outside/made").file("f", "x"));
    }
    refused("absolute", new RawTar().file(outside + "/made", "x"));
    refused("absolute, twice", new RawTar().file("/" + outside + "/made", "x"));
    refused("absolute behind ./", new RawTar().file("./" + outside + "/made", "x"));
    refused("absolute folder", new RawTar().folder(outside + "/made/"));
    refused("absolute by pax", new RawTar().pax("path", outside + "/made").file("f", "x"));
    refused("absolute by GNU", new RawTar().gnu('L', outside + "/made").file("f", "x"));
    refused("absolute symlink", new RawTar().symlink(outside + "/made", "x"));
    refused(
        "absolute by its prefix",
        new RawTar().put(RawHeader.file("made", 0).text(RawHeader.PREFIX, outside.toString())));
    refused(
        ".. by its prefix",
        new RawTar().put(RawHeader.file("outside/made", 0).text(RawHeader.PREFIX, "../..")));
    for (String name :
        new String[] {
          "..", ".", "/", "//", "/.", "./..", "a/..", "a/.", "a/./b", "a//b", "a/../b", ".//b",
          "//a"
        }) {
      refused("'" + name + "' of a file", new RawTar().file(name, "x"));
      refused("'" + name + "' of a symlink", new RawTar().symlink(name, "x"));
    }
    refused("none of a file", new RawTar().file("", "x"));
    refused("none of a folder", new RawTar().folder(""));
    refused("none by pax", new RawTar().pax("path", "").file("f", "x"));
    refused("NUL by pax", new RawTar().pax("path", "a\0/../../outside/made").file("f", "x"));
    refused("NUL by GNU", new RawTar().gnu('L', "a\0b").file("f", "x"));
    refused("the root as a symlink", new RawTar().symlink("./", outside.toString()));
    refused(
        "the root as a symlink, then a file",
        new RawTar().symlink(".", outside.toString()).file("made", "x"));
    refused("the root as a hard link", new RawTar().hardLink("./", "f"));
    refused("the root as a file", new RawTar().put(RawHeader.file(".", 0)));
    refused("the root as a fifo", new RawTar().put(RawHeader.of('6', "./")));
    refused("no UTF-8", new RawTar().put(RawHeader.file("a", 0).bytes(1, (byte) 0xff)));
    refused("UTF-8 cut off", new RawTar().put(RawHeader.file("a", 0).bytes(1, (byte) 0xc3)));
    refused(
        "'/' in two bytes",
        new RawTar().put(RawHeader.file("..x", 0).bytes(2, (byte) 0xc0, (byte) 0xaf)));
    refused(
        "a surrogate in UTF-8",
        new RawTar().put(RawHeader.file("a", 0).bytes(1, (byte) 0xed, (byte) 0xa0, (byte) 0x80)));
    refused("no UTF-8 in a folder", new RawTar().put(RawHeader.folder("a").bytes(1, (byte) 0xff)));
    refused(
        "no UTF-8 in a target",
        new RawTar().put(RawHeader.link('2', "a", "t").bytes(RawHeader.LINK, (byte) 0xff)));
    refused("256 bytes", long256("n".repeat(256)));
    refused("256 bytes in 128 letters", long256("é".repeat(128)));
    refused("256 bytes below a folder", long256("d/" + "n".repeat(256) + "/f"));
    refused("longer than PATH_MAX", long256("d/".repeat(2500) + "f"));
    refused("a megabyte", Reason.LIMIT, long256("d/".repeat(600_000) + "f"));
    refused(
        "PATH_MAX through a chain of links",
        new RawTar()
            .symlink("l", "d/".repeat(40) + "..")
            .pax("path", "l/".repeat(2000) + "../outside/made")
            .file("f", "x"));

    restored("255 bytes", file("n".repeat(255)), long256("n".repeat(255)));
    restored("255 bytes of é", file("é".repeat(127) + "n"), long256("é".repeat(127) + "n"));
    restored(
        "255 bytes by GNU",
        file("n".repeat(255)),
        new RawTar().gnu('L', "n".repeat(255)).file("n", "x"));
    String deep = "d/".repeat(1000) + "f";
    restored("1000 folders deep", file(deep), long256(deep));
    refused("deeper than a path may be", long256("d/".repeat(2040) + "f"));
    for (String name :
        new String[] {
          "back\\slash",
          "a\nb",
          "\u001b[31mred",
          " ",
          "-rf",
          "~",
          "*",
          "%2e%2e",
          "...",
          "..a",
          "a..",
          ".hidden",
          "é",
          "e\u0301",
          "\ud83d\ude00",
          "\ufffd",
          "\u202egpj",
          "con",
          "a:b",
          "\"",
          "\t"
        }) {
      restored("'" + name + "'", file(name), new RawTar().file(name, "x"));
    }
    restored("'..\\..\\a'", file("..\\..\\a"), new RawTar().file("..\\..\\a", "x"));
    restored(
        "./ before all",
        file("d/f").folder("d"),
        new RawTar().folder("./").folder("./d/").file("./d/f", "x"));
    restored("././ before a name", file("f"), new RawTar().file("././f", "x"));
    restored("a folder with many slashes", new Expected().folder("d"), new RawTar().folder("d///"));
    restored("a folder without a slash", new Expected().folder("d"), new RawTar().folder("d"));
    restored(
        "an old folder: a file with a slash",
        new Expected().folder("d", "644", Expected.TIME),
        new RawTar().raw(RawHeader.file("d/", 0).old().block()));
    restored("exactly 100 bytes", file("n".repeat(100)), new RawTar().file("n".repeat(100), "x"));
    restored(
        "a prefix of 155 bytes",
        file("p".repeat(155) + "/" + "n".repeat(100)),
        new RawTar()
            .put(RawHeader.file("n".repeat(100), 1).text(RawHeader.PREFIX, "p".repeat(155)), "x"));
    restored(
        "a prefix that counts only with the magic",
        file("n"),
        new RawTar().put(RawHeader.file("n", 1).old().text(RawHeader.PREFIX, "p"), "x"));
    restored(
        "a prefix that counts not for GNU",
        file("n"),
        new RawTar().put(RawHeader.file("n", 1).gnu().text(RawHeader.PREFIX, "00000000000"), "x"));
    restored(
        "case twins",
        file("Case").file("case", "y"),
        new RawTar().file("Case", "x").file("case", "y"));
    restored(
        "Unicode twins",
        file("\u00e9").file("e\u0301", "y"),
        new RawTar().file("\u00e9", "x").file("e\u0301", "y"));
    restored(
        "ours at the root is left out",
        file("f"),
        new RawTar()
            .folder(".stepcache/")
            .file(".stepcache/lock", "x")
            .file(".stepcache/commit/journal", "x")
            .file("f", "x"));
    restored(
        "ours below is not ours",
        file("d/.stepcache/f").file(".stepcachex", "x"),
        new RawTar().file("d/.stepcache/f", "x").file(".stepcachex", "x"));
    restored("many in one folder", many(300), manyFiles(300));
  }

  private static Expected file(String name) {
    return new Expected().file(name, "x");
  }

  private static RawTar long256(String name) {
    return new RawTar().pax("path", name).file("short", "x");
  }

  private static Expected many(int count) {
    Expected tree = new Expected();
    for (int at = 0; at < count; at++) {
      tree.file("d/" + at, "x");
    }
    return tree;
  }

  private static RawTar manyFiles(int count) {
    RawTar tar = new RawTar();
    for (int at = 0; at < count; at++) {
      tar.file("d/" + at, "x");
    }
    return tar;
  }
}
