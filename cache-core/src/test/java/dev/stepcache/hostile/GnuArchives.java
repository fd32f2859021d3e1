package dev.stepcache.hostile;

import dev.stepcache.outcome.Reason;
import java.nio.charset.StandardCharsets;

/** GNU's long names, and its four kinds of sparse files. */
final class GnuArchives extends Family {
  private static final String FOUR = "a".repeat(512);
  private static final String SPARSE = "\0".repeat(1024) + FOUR + "\0".repeat(512) + FOUR;

  GnuArchives() {
    super("gnu");
    Expected f = new Expected().file("f", "x");
    restored(
        "a long name",
        new Expected().file("n/".repeat(100) + "n", "x"),
        new RawTar().gnu('L', "n/".repeat(100) + "n").file("n", "x"));
    restored(
        "a long name and link",
        new Expected().symlink("n".repeat(200), "t".repeat(200)),
        new RawTar().gnu('L', "n".repeat(200)).gnu('K', "t".repeat(200)).symlink("n", "t"));
    restored(
        "a long link that no link wants", f, new RawTar().gnu('K', "t".repeat(200)).file("f", "x"));
    restored(
        "a long name without its NUL", f, new RawTar().extension('L', "l", "f").file("n", "x"));
    restored(
        "a long name with many NULs",
        f,
        new RawTar().extension('L', "l", "f\0\0\0\0").file("n", "x"));
    refused("a long name of nothing", new RawTar().extension('L', "l", "").file("n", "x"));
    refused("a long name of NULs", new RawTar().extension('L', "l", "\0\0").file("n", "x"));
    refused("a long name twice", new RawTar().gnu('L', "a").gnu('L', "b").file("n", "x"));
    refused(
        "a long name and a pax path", new RawTar().gnu('L', "a").pax("path", "b").file("n", "x"));
    refused(
        "a pax path and a long name", new RawTar().pax("path", "b").gnu('L', "a").file("n", "x"));
    refused(
        "a long link and a pax link",
        new RawTar().gnu('K', "a").pax("linkpath", "b").symlink("n", "x"));
    refused("a long name, then nothing", new RawTar().gnu('L', "a"));
    refused(
        "a long name of 4 GiB",
        Reason.LIMIT,
        new RawTar().raw(RawHeader.of('L', "l").octal(RawHeader.SIZE, 12, 1L << 32).block()));
    refused(
        "a long name of negative size",
        Reason.LIMIT,
        new RawTar()
            .raw(
                RawHeader.of('L', "l")
                    .base256(RawHeader.SIZE, 12, java.math.BigInteger.valueOf(-1))
                    .block()));
    old();
    pax();
  }

  private void old() {
    Expected sparse = new Expected().file("s", SPARSE).file("z", "");
    restored("sparse, old", sparse, oldSparse(2560, 1024, 1024, 512, 2048, 512));
    restored(
        "sparse, old, with a hole behind",
        new Expected().file("s", FOUR + "\0".repeat(5000)).file("z", ""),
        oldSparse(5512, 512, 0, 512, 5512, 0));
    restored(
        "sparse, old, of holes alone",
        new Expected().file("s", "\0".repeat(5000)).file("z", ""),
        oldSparse(5000, 0, 5000, 0));
    restored("sparse, old, with more map behind the header", many(), manyOld());
    refused("sparse, old, out of order", oldSparse(2560, 1024, 2048, 512, 1024, 512));
    refused("sparse, old, that overlaps", oldSparse(2560, 1024, 1024, 512, 1030, 512));
    refused("sparse, old, beyond its size", oldSparse(2000, 1024, 1024, 512, 2048, 512));
    refused(
        "sparse, old, with less content than its map", oldSparse(2560, 512, 1024, 512, 2048, 512));
    refused(
        "sparse, old, with more content than its map", oldSparse(2560, 1536, 1024, 512, 2048, 512));
    refused("sparse, old, of 1 TiB", Reason.LIMIT, oldSparse(1L << 41, 0, 1L << 41, 0));
    refusedTar("sparse, old, cut in its map", sparseHeader(100, 0).bytes(482, (byte) 1).block());
    refused(
        "sparse, old, whose map is garbage",
        new RawTar().put(sparseHeader(100, 0).text(386, "garbage     garbage     ")));
    refused(
        "sparse, old, whose real size is garbage",
        new RawTar().put(sparseHeader(100, 0).text(483, "garbage")));
    refused(
        "sparse without GNU's magic", new RawTar().put(RawHeader.of('S', "s").octal(483, 12, 10)));
  }

  private static RawHeader sparseHeader(long realSize, long size) {
    return RawHeader.of('S', "s")
        .gnu()
        .octal(RawHeader.SIZE, 12, size)
        .base256(483, 12, java.math.BigInteger.valueOf(realSize));
  }

  private static RawTar oldSparse(long realSize, int size, long... map) {
    RawHeader header = sparseHeader(realSize, size);
    for (int at = 0; at < map.length; at++) {
      header.base256(386 + 12 * at, 12, java.math.BigInteger.valueOf(map[at]));
    }
    return new RawTar().put(header, "a".repeat(size)).file("z", "");
  }

  private static RawTar manyOld() {
    RawHeader header = sparseHeader(60 * 1024, 60 * 512).bytes(482, (byte) 1);
    byte[][] blocks = {new byte[512], new byte[512], new byte[512]};
    for (int at = 0; at < 60; at++) {
      byte[] entry = RawHeader.file("", 0).octal(0, 12, at * 1024L).octal(12, 12, 512).block();
      if (at < 4) {
        header.bytes(386 + 24 * at, java.util.Arrays.copyOf(entry, 24));
      } else {
        System.arraycopy(entry, 0, blocks[(at - 4) / 21], (at - 4) % 21 * 24, 24);
      }
    }
    blocks[0][504] = 1;
    blocks[1][504] = 1;
    return new RawTar()
        .put(header)
        .raw(blocks[0])
        .raw(blocks[1])
        .raw(blocks[2])
        .padded("a".repeat(60 * 512).getBytes(StandardCharsets.US_ASCII))
        .file("z", "");
  }

  private static Expected many() {
    return new Expected().file("s", (FOUR + "\0".repeat(512)).repeat(60)).file("z", "");
  }

  private void pax() {
    Expected sparse = new Expected().file("s", SPARSE);
    restored(
        "sparse, 0.0",
        sparse,
        new RawTar()
            .records(
                'x',
                RawTar.joined(
                    "GNU.sparse.size",
                    "2560",
                    "GNU.sparse.numblocks",
                    "2",
                    "GNU.sparse.offset",
                    "1024",
                    "GNU.sparse.numbytes",
                    "512",
                    "GNU.sparse.offset",
                    "2048",
                    "GNU.sparse.numbytes",
                    "512"))
            .file("s", FOUR + FOUR));
    restored("sparse, 0.1", sparse, map01("1024,512,2048,512"));
    restored("sparse, 1.0", sparse, map10("2\n1024\n512\n2048\n512\n"));
    restored(
        "sparse, 1.0, of a map over several blocks",
        new Expected().file("s", "\0".repeat(1000) + "a".repeat(300) + "\0".repeat(1260)),
        longMap());
    for (String map :
        new String[] {
          "",
          "1024",
          "1024,512,2048",
          "2048,512,1024,512",
          "1024,512,1030,512",
          "1024,512,2048,513",
          "-1,512,2048,512",
          "1024,x",
          "1024,512,2048,512,",
          "1024,512,,",
          "9223372036854775807,512,1,512",
          "99999999999999999999,1"
        }) {
      refused("sparse, 0.1, of the map " + map, map01(map));
    }
    for (String map :
        new String[] {
          "",
          "2",
          "2\n",
          "2\n1024\n512\n",
          "-1\n",
          "x\n",
          "2\n1024\n512\n2048\n513\n",
          "3\n1024\n512\n2048\n512\n1\n1\n"
        }) {
      refused("sparse, 1.0, of the map " + map.replace("\n", " "), map10(map));
    }
    refused("sparse, 1.0, of 99999999999 pieces", Reason.LIMIT, map10("99999999999\n"));
    refused(
        "sparse, 1.0, without a size",
        new RawTar().pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0").file("s", FOUR));
    refused(
        "sparse, 2.0",
        new RawTar()
            .pax("GNU.sparse.major", "2", "GNU.sparse.minor", "0", "GNU.sparse.realsize", "2560")
            .file("s", FOUR));
    refused(
        "sparse, 0.1, of a symlink",
        new RawTar().pax("GNU.sparse.map", "0,1", "GNU.sparse.size", "1").symlink("s", "t"));
    refused(
        "sparse, 0.1, by a global header",
        new RawTar().global("GNU.sparse.map", "0,1", "GNU.sparse.size", "1").file("s", "x"));
    refused(
        "sparse, 1.0, outside",
        new RawTar()
            .pax(
                "GNU.sparse.major",
                "1",
                "GNU.sparse.minor",
                "0",
                "GNU.sparse.realsize",
                "1",
                "GNU.sparse.name",
                "../../outside/made")
            .file("s", "1\n0\n1\n" + "\0".repeat(506) + "x"));
    refused(
        "sparse, 0.1, of 1 TiB",
        Reason.LIMIT,
        new RawTar()
            .pax("GNU.sparse.map", "0,1", "GNU.sparse.size", "" + (1L << 41))
            .file("s", "x"));
  }

  private static RawTar map01(String map) {
    return new RawTar()
        .pax(
            "GNU.sparse.size",
            "2560",
            "GNU.sparse.numblocks",
            "2",
            "GNU.sparse.name",
            "s",
            "GNU.sparse.map",
            map)
        .file("GNUSparseFile.1/s", FOUR + FOUR);
  }

  private static RawTar map10(String map) {
    String block = map + "\0".repeat((512 - map.length() % 512) % 512);
    return new RawTar()
        .pax(
            "GNU.sparse.major",
            "1",
            "GNU.sparse.minor",
            "0",
            "GNU.sparse.name",
            "s",
            "GNU.sparse.realsize",
            "2560")
        .file("GNUSparseFile.1/s", block + FOUR + FOUR);
  }

  private static RawTar longMap() {
    StringBuilder map = new StringBuilder("300\n");
    for (int at = 0; at < 300; at++) {
      map.append(1000 + at).append("\n1\n");
    }
    map.append("\0".repeat(512 - map.length() % 512));
    return new RawTar()
        .pax(
            "GNU.sparse.major",
            "1",
            "GNU.sparse.minor",
            "0",
            "GNU.sparse.name",
            "s",
            "GNU.sparse.realsize",
            "2560")
        .file("GNUSparseFile.1/s", map + "a".repeat(300));
  }
}
