package dev.stepcache.hostile;

import java.nio.file.Path;

/** Links as they come, and links as ways out. */
final class LinkArchives extends Family {
  LinkArchives(Path outside) {
    super("link");
    String out = outside.toString();
    for (String target :
        new String[] {
          "/nowhere",
          "..",
          "../../../../outside",
          "x",
          "a//b",
          "a/",
          "/",
          ".",
          "./x",
          out,
          out + "/file",
          "t".repeat(100),
          "\u00e9",
          "a\nb",
          "back\\slash",
          " "
        }) {
      restored(
          "symlink to '" + target + "'",
          new Expected().symlink("l", target),
          new RawTar().symlink("l", target));
    }
    String longest = "t/".repeat(2000) + "end";
    restored(
        "a target of 4003 bytes",
        new Expected().symlink("l", longest),
        new RawTar().pax("linkpath", longest).symlink("l", "t"));
    restored(
        "a long target by GNU",
        new Expected().symlink("l", "t".repeat(200)),
        new RawTar().gnu('K', "t".repeat(200)).symlink("l", "t"));
    restored(
        "a loop",
        new Expected().symlink("a", "b").symlink("b", "a"),
        new RawTar().symlink("a", "b").symlink("b", "a"));
    restored("a link to itself", new Expected().symlink("a", "a"), new RawTar().symlink("a", "a"));
    refused("no target", new RawTar().symlink("l", ""));
    refused("no target by pax", new RawTar().pax("linkpath", "").symlink("l", "t"));
    refused(
        "a target of 4096 bytes", new RawTar().pax("linkpath", "t".repeat(4096)).symlink("l", "t"));
    refused("a target with NUL", new RawTar().pax("linkpath", "a\0b").symlink("l", "t"));
    refused(
        "a symlink with content",
        new RawTar().put(RawHeader.link('2', "l", "t").octal(RawHeader.SIZE, 12, 5), "12345"));

    for (String target :
        new String[] {out, "../../../outside", "../../outside", "../outside", ".."}) {
      refused(
          "a file through a link to " + target,
          new RawTar().symlink("l", target).file("l/made", "x"));
      refused(
          "a folder through a link to " + target,
          new RawTar().symlink("l", target).folder("l/made/"));
      refused(
          "a symlink through a link to " + target,
          new RawTar().symlink("l", target).symlink("l/made", "x"));
      refused(
          "a hard link through a link to " + target,
          new RawTar().file("f", "x").symlink("l", target).hardLink("l/made", "f"));
      refused(
          "in a later layer, through a link to " + target,
          new RawTar().symlink("l", target),
          new RawTar().file("l/made", "x"));
      refused(
          "a hard link to what lies behind a link to " + target,
          new RawTar().symlink("l", target).hardLink("stolen", "l/file"));
    }
    refused(
        "through a link to the tree itself", new RawTar().symlink("l", ".").file("l/made", "x"));
    refused(
        "through a link inside (usrmerge)",
        new RawTar().folder("usr/").folder("usr/lib/").symlink("lib", "usr/lib"),
        new RawTar().file("lib/x", "x"));
    refused(
        "through a chain of links",
        new RawTar().symlink("a", "b").symlink("b", "c").symlink("c", out).file("a/made", "x"));
    refused(
        "through links one below the other",
        new RawTar()
            .folder("d/")
            .symlink("d/up", "..")
            .symlink("e", "d/up/..")
            .file("e/made", "x"));
    refused(
        "through a link to a link's parent",
        new RawTar().symlink("d", ".").symlink("d/d", "..").file("d/d/made", "x"));
    refused(
        "through a hard link to a symlink",
        new RawTar().symlink("l", out).hardLink("h", "l").file("h/made", "x"));
    refused(
        "through a link that was a folder",
        new RawTar().folder("d/").file("d/f", "x").symlink("d", out).file("d/made", "x"));
    refused("below a file", new RawTar().file("f", "x").file("f/made", "x"));
    refused(
        "below a file of a lower layer",
        new RawTar().file("f", "x"),
        new RawTar().file("f/made", "x"));
    refused(
        "an opaque whiteout through a link, then a file",
        new RawTar().symlink("l", out),
        new RawTar().file("l/.wh..wh..opq", "").file("l/made", "x"));

    restored(
        "a dangling link, then a file of its name",
        new Expected().file("l", "x"),
        new RawTar().symlink("l", out + "/made").file("l", "x"));
    restored(
        "a link to a file outside, then a file of its name",
        new Expected().file("l", "x"),
        new RawTar().symlink("l", out + "/file").file("l", "x"));
    restored(
        "the same over two layers",
        new Expected().file("l", "x"),
        new RawTar().symlink("l", out + "/file"),
        new RawTar().file("l", "x"));
    restored(
        "a folder over a link to a folder outside",
        new Expected().folder("l", "700", Expected.TIME),
        new RawTar().symlink("l", out).put(RawHeader.folder("l/").mode(0700)));
    restored(
        "a folder over a link, then files below it",
        new Expected().folder("l").file("l/f", "x"),
        new RawTar().symlink("l", out),
        new RawTar().folder("l/").file("l/f", "x"));
    restored(
        "a link over a folder with files",
        new Expected().symlink("d", out),
        new RawTar().folder("d/").file("d/file", "x"),
        new RawTar().symlink("d", out));
    restored(
        "a whiteout of a link removes the link only",
        new Expected().file("f", "x"),
        new RawTar().symlink("l", out).file("f", "x"),
        new RawTar().file(".wh.l", ""));
    restored(
        "a whiteout through a link removes nothing",
        new Expected().symlink("l", out),
        new RawTar().symlink("l", out),
        new RawTar().file("l/.wh.file", ""));
    restored(
        "an opaque whiteout through a link removes nothing",
        new Expected().symlink("l", out),
        new RawTar().symlink("l", out),
        new RawTar().file("l/.wh..wh..opq", ""));
    restored(
        "a symlink's mode and time stay with the link",
        new Expected().symlink("l", out + "/file"),
        new RawTar().put(RawHeader.link('2', "l", out + "/file").mode(0)));
    restored(
        "a file, then a link of its name",
        new Expected().symlink("l", out),
        new RawTar().file("l", "x").symlink("l", out));

    hardLinks(out);
  }

  private void hardLinks(String out) {
    restored(
        "a hard link",
        new Expected().file("a", "x").hardLink("b", "a"),
        new RawTar().file("a", "x").hardLink("b", "a"));
    restored(
        "a hard link that comes first by name",
        new Expected().file("b", "x").hardLink("a", "b"),
        new RawTar().file("b", "x").hardLink("a", "b"));
    restored(
        "three names over folders",
        new Expected().file("d/a", "x").hardLink("e/b", "d/a").hardLink("c", "d/a"),
        new RawTar().file("d/a", "x").hardLink("e/b", "d/a").hardLink("c", "e/b"));
    restored(
        "a target with ./",
        new Expected().file("a", "x").hardLink("b", "a"),
        new RawTar().file("./a", "x").hardLink("./b", "./a"));
    restored(
        "a hard link to a symlink",
        new Expected().symlink("l", out).hardLink("h", "l"),
        new RawTar().symlink("l", out).hardLink("h", "l"));
    restored(
        "a hard link to a dangling symlink",
        new Expected().symlink("l", "nowhere").hardLink("h", "l"),
        new RawTar().symlink("l", "nowhere").hardLink("h", "l"));
    restored(
        "a hard link to a file of a lower layer",
        new Expected().file("a", "x").hardLink("b", "a"),
        new RawTar().file("a", "x"),
        new RawTar().hardLink("b", "a"));
    restored(
        "a link whose first name is replaced keeps its content",
        new Expected().file("a", "new").file("b", "x"),
        new RawTar().file("a", "x").hardLink("b", "a").file("a", "new"));
    restored(
        "a long target by pax",
        new Expected().file("d".repeat(150), "x").hardLink("b", "d".repeat(150)),
        new RawTar()
            .pax("path", "d".repeat(150))
            .file("d", "x")
            .pax("linkpath", "d".repeat(150))
            .hardLink("b", "d"));
    for (String target :
        new String[] {
          out + "/file",
          "../outside/file",
          "../../outside/file",
          "../../../outside/file",
          "..",
          ".",
          "",
          "/",
          "a/../../outside/file",
          "/etc/passwd",
          "a//b",
          "./"
        }) {
      refused("a hard link to '" + target + "'", new RawTar().file("a", "x").hardLink("h", target));
    }
    refused(
        "outside by pax", new RawTar().pax("linkpath", "../../outside/file").hardLink("h", "a"));
    refused("a hard link to itself", new RawTar().hardLink("h", "h"));
    refused(
        "to itself, of a lower layer",
        new RawTar().file("h", "x"),
        new RawTar().hardLink("h", "h"));
    refused("to what comes later", new RawTar().hardLink("h", "later").file("later", "x"));
    refused("to what never comes", new RawTar().hardLink("h", "nothing"));
    refused("to a folder", new RawTar().folder("d/").hardLink("h", "d"));
    refused("to a folder without an entry", new RawTar().file("d/f", "x").hardLink("h", "d"));
    refused(
        "to what was removed",
        new RawTar().file("a", "x"),
        new RawTar().file(".wh.a", "").hardLink("h", "a"));
    refused("to ours", new RawTar().hardLink("h", ".stepcache/lock"));
    refused("to ours in a staging", new RawTar().hardLink("h", ".stepcache"));
    refused(
        "with content",
        new RawTar()
            .file("a", "x")
            .put(RawHeader.link('1', "h", "a").octal(RawHeader.SIZE, 12, 3), "abc"));
    refused(
        "content through a hard link to a symlink outside",
        new RawTar()
            .symlink("l", out + "/file")
            .hardLink("h", "l")
            .put(RawHeader.link('1', "h2", "l").octal(RawHeader.SIZE, 12, 3), "abc"));
    restored(
        "a file over a hard link to a symlink outside",
        new Expected().symlink("l", out + "/file").file("h", "x"),
        new RawTar().symlink("l", out + "/file").hardLink("h", "l").file("h", "x"));
  }
}
