package dev.stepcache.hostile;

/** Whiteouts, of what is there and of what never may be. */
final class WhiteoutArchives extends Family {
  WhiteoutArchives() {
    super("whiteout");
    RawTar lower = new RawTar().file("a", "x").file("d/e/f", "x").file("d/g", "x").file("k", "x");
    restored(
        "a file",
        new Expected().file("d/e/f", "x").file("d/g", "x").file("k", "x"),
        lower,
        new RawTar().file(".wh.a", ""));
    restored(
        "a folder",
        new Expected().file("a", "x").file("k", "x"),
        lower,
        new RawTar().file(".wh.d", ""));
    restored(
        "a file in a folder",
        new Expected().file("a", "x").file("d/e/f", "x").file("k", "x"),
        lower,
        new RawTar().file("d/.wh.g", ""));
    restored(
        "opaque",
        new Expected().file("a", "x").folder("d").file("d/new", "y").file("k", "x"),
        lower,
        new RawTar().folder("d/").file("d/.wh..wh..opq", "").file("d/new", "y"));
    restored(
        "opaque behind what its layer adds",
        new Expected().file("a", "x").folder("d").file("d/new", "y").file("k", "x"),
        lower,
        new RawTar().folder("d/").file("d/new", "y").file("d/.wh..wh..opq", ""));
    restored(
        "opaque behind a folder that its layer adds to",
        new Expected().file("a", "x").file("d/e/new", "y").file("k", "x"),
        lower,
        new RawTar().file("d/e/new", "y").file("d/.wh..wh..opq", ""));
    restored(
        "opaque root",
        new Expected().file("n", "y"),
        lower,
        new RawTar().file(".wh..wh..opq", "").file("n", "y"));
    restored(
        "opaque root at the end",
        new Expected().file("n", "y"),
        lower,
        new RawTar().file("n", "y").file(".wh..wh..opq", ""));
    restored(
        "behind what its layer puts there",
        new Expected().file("a", "new").file("d/e/f", "x").file("d/g", "x").file("k", "x"),
        lower,
        new RawTar().file("a", "new").file(".wh.a", ""));
    restored(
        "before what its layer puts there",
        new Expected().file("a", "new").file("d/e/f", "x").file("d/g", "x").file("k", "x"),
        lower,
        new RawTar().file(".wh.a", "").file("a", "new"));
    restored(
        "of a folder that its layer adds to",
        new Expected().file("a", "x").file("d/new", "y").file("k", "x"),
        lower,
        new RawTar().file("d/new", "y").file(".wh.d", ""));
    restored(
        "of nothing",
        new Expected().file("k", "x"),
        new RawTar().file("k", "x"),
        new RawTar().file(".wh.nothing", "").file("no/.wh.where", ""));
    restored(
        "opaque of nothing",
        new Expected().file("k", "x"),
        new RawTar().file("k", "x"),
        new RawTar().file("no/where/.wh..wh..opq", ""));
    restored(
        "in the lowest layer",
        new Expected().file("k", "x"),
        new RawTar().file("k", "x").file(".wh.k", ""));
    restored(
        "twice",
        new Expected().file("b", "x"),
        new RawTar().file("a", "x").file("b", "x"),
        new RawTar().file(".wh.a", "").file(".wh.a", ""));
    restored(
        "of ours",
        new Expected().file("k", "x"),
        new RawTar().file("k", "x"),
        new RawTar().file(".wh..stepcache", ""));
    restored(
        "of ours' content",
        new Expected().file("k", "x"),
        new RawTar().file("k", "x"),
        new RawTar().file(".stepcache/.wh.lock", "").file(".stepcache/.wh..wh..opq", ""));
    restored(
        "and back in a third layer",
        new Expected().file("a", "third"),
        new RawTar().file("a", "x"),
        new RawTar().file(".wh.a", ""),
        new RawTar().file("a", "third"));
    restored(
        "of a folder, then a link of its name",
        new Expected().symlink("d", "/etc"),
        new RawTar().file("d/f", "x"),
        new RawTar().file(".wh.d", "").symlink("d", "/etc"));
    for (String name : new String[] {".wh.", ".wh..", ".wh...", "d/.wh.", "d/.wh..", "d/.wh..."}) {
      refused("'" + name + "'", lower, new RawTar().file(name, ""));
    }
    for (String name :
        new String[] {"../.wh.outside", "../../.wh.outside", "/tmp/.wh.x", "d/../../.wh.x"}) {
      refused("'" + name + "'", lower, new RawTar().file(name, ""));
    }
    refused("as a folder", lower, new RawTar().folder(".wh.d/"));
    refused("as a symlink", lower, new RawTar().symlink(".wh.d", "/etc"));
    refused("below one that is a folder", lower, new RawTar().file(".wh.d/f", "x"));
    refused("below one in a folder", lower, new RawTar().file("d/.wh.e/f", "x"));
    refused("opaque as a folder", lower, new RawTar().folder("d/.wh..wh..opq/"));
    refused(
        "behind a file that should be a folder",
        lower,
        new RawTar().file("a/b", "x").file("a/.wh.b", ""));
  }
}
