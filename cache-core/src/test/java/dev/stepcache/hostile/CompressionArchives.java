package dev.stepcache.hostile;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.stepcache.oci.MediaType;
import dev.stepcache.outcome.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;

/** Frames and members that are broken, many, odd or bombs, and types that are not what is there. */
final class CompressionArchives extends Family {
  private static final MediaType ZSTD = MediaType.OCI_LAYER_ZSTD;
  private static final MediaType GZIP = MediaType.OCI_LAYER_GZIP;
  private static final MediaType PLAIN = MediaType.OCI_LAYER;

  private final byte[] tar;
  private final Expected tree;

  CompressionArchives() {
    super("compression");
    StringBuilder text = new StringBuilder();
    new Random(5).ints(20_000, 'a', 'z').forEach(c -> text.append((char) c));
    tar = new RawTar().file("f", text.toString()).whole();
    tree = new Expected().file("f", text.toString());
    zstd();
    zstdWindows();
    zstdBombs();
    gzip();
    types();
  }

  private void zstd() {
    byte[] whole = Zstd.compress(tar);
    for (int level : new int[] {-5, 1, 3, 9, 19}) {
      restoredBlob("zstd of level " + level, tree, ZSTD, Zstd.compress(tar, level), tar);
    }
    byte[] summed = withChecksum(true);
    restoredBlob("zstd with a checksum", tree, ZSTD, summed, tar);
    byte[] wrong = summed.clone();
    wrong[wrong.length - 1] ^= 1;
    refusedBlob("zstd with a wrong checksum", Reason.CORRUPT, ZSTD, wrong);
    restoredBlob("zstd of unknown size", tree, ZSTD, withoutSize(), tar);
    restoredBlob("zstd in many frames", tree, ZSTD, frames(1000), tar);
    restoredBlob(
        "zstd in frames of one byte and of nothing",
        tree,
        ZSTD,
        concat(
            Zstd.compress(new byte[0]),
            Zstd.compress(Arrays.copyOf(tar, 1)),
            Zstd.compress(new byte[0]),
            Zstd.compress(Arrays.copyOfRange(tar, 1, tar.length)),
            Zstd.compress(new byte[0])),
        tar);
    restoredBlob(
        "zstd with skippable frames",
        tree,
        ZSTD,
        concat(
            ZstdFrames.skippable(0),
            ZstdFrames.skippable(5),
            frames(7000),
            ZstdFrames.skippable(100),
            ZstdFrames.skippable(0)),
        tar);
    restoredBlob(
        "a megabyte of skippable frames",
        tree,
        ZSTD,
        concat(ZstdFrames.manySkippable(), whole),
        tar);
    refusedBlob(
        "a skippable frame of 4 GiB that is not there",
        Reason.CORRUPT,
        ZSTD,
        concat(
            ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184D2A50)
                .putInt(-1)
                .array(),
            whole));
    refusedBlob("skippable frames alone", Reason.CORRUPT, ZSTD, ZstdFrames.manySkippable());
    for (int cut : new int[] {1, 3, 4, 5, 6, 9, 100, whole.length / 2, whole.length - 1}) {
      refusedBlob(
          "zstd cut after " + cut + " bytes", Reason.CORRUPT, ZSTD, Arrays.copyOf(whole, cut));
    }
    refusedBlob(
        "zstd whose second frame is cut",
        Reason.CORRUPT,
        ZSTD,
        Arrays.copyOf(frames(7000), frames(7000).length - 1));
    refusedBlob("nothing as zstd", Reason.CORRUPT, ZSTD, new byte[0]);
    refusedBlob(
        "garbage behind zstd", Reason.CORRUPT, ZSTD, concat(whole, new byte[] {1, 2, 3, 4, 5}));
    refusedBlob("zeros behind zstd", Reason.CORRUPT, ZSTD, concat(whole, new byte[512]));
    refusedBlob("one byte behind zstd", Reason.CORRUPT, ZSTD, concat(whole, new byte[1]));
    refusedBlob("a second archive in a second frame", Reason.CORRUPT, ZSTD, concat(whole, whole));
    refusedBlob(
        "zstd of a future kind: a reserved bit", Reason.CORRUPT, ZSTD, flipped(whole, 4, 8));
    for (int at = 5; at < whole.length; at += whole.length / 12) {
      byte[] damaged = withChecksum(true);
      damaged[at] ^= 0x10;
      refusedBlob("zstd with a flipped bit at " + at, Reason.CORRUPT, ZSTD, damaged);
    }
    byte[] dictionary = new byte[4096];
    new Random(6).nextBytes(dictionary);
    ByteBuffer id =
        ByteBuffer.allocate(10)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(ZstdFrames.MAGIC)
            .put((byte) 0x23)
            .putInt(77)
            .put((byte) 0);
    refusedBlob(
        "zstd with the ID of a dictionary",
        Reason.CORRUPT,
        ZSTD,
        concat(id.array(), new byte[] {1, 0, 0}));
  }

  private void zstdWindows() {
    for (int log : new int[] {20, 23, 25}) {
      restoredBlob("a window of 2^" + log, tree, ZSTD, ZstdFrames.window(log, tar), tar);
    }
    for (int log : new int[] {26, 27, 30, 31}) {
      refusedBlob("a window of 2^" + log, Reason.LIMIT, ZSTD, ZstdFrames.header(log));
    }
    refusedBlob("a window of 2^41", Reason.LIMIT, ZSTD, ZstdFrames.header(41));
    refusedBlob(
        "a single segment of 1 GiB",
        Reason.LIMIT,
        ZSTD,
        ByteBuffer.allocate(13)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(ZstdFrames.MAGIC)
            .put((byte) 0xa0)
            .putInt(1 << 30)
            .put(new byte[] {1, 0, 0})
            .array());
    refusedBlob(
        "a single segment of 2^63 bytes",
        Reason.LIMIT,
        ZSTD,
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(ZstdFrames.MAGIC)
            .put((byte) 0xe0)
            .putLong(Long.MIN_VALUE)
            .put(new byte[] {1, 0, 0})
            .array());
    refusedBlob(
        "a size that is not what follows",
        Reason.CORRUPT,
        ZSTD,
        ByteBuffer.allocate(13)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(ZstdFrames.MAGIC)
            .put((byte) 0xa0)
            .putInt(1000)
            .put(new byte[] {1, 0, 0})
            .array());
  }

  /** Blocks of 128 KiB in four bytes each. */
  private void zstdBombs() {
    byte[] declared =
        RawHeader.file("bomb", 0)
            .base256(RawHeader.SIZE, 12, java.math.BigInteger.valueOf(256L << 30))
            .block();
    refusedBlob(
        "256 GiB in one file",
        Reason.LIMIT,
        ZSTD,
        concat(Zstd.compress(declared), ZstdFrames.bomb(1 << 21, 0)));
    refusedBlob("256 GiB of zeros behind the end", Reason.LIMIT, ZSTD, ZstdFrames.bomb(1 << 21, 0));
    refusedBlob("256 GiB that are no tar", Reason.CORRUPT, ZSTD, ZstdFrames.bomb(1 << 21, 'a'));
    refusedBlob(
        "256 GiB in a pax record",
        Reason.LIMIT,
        ZSTD,
        concat(
            Zstd.compress(
                RawHeader.of('x', "p")
                    .base256(RawHeader.SIZE, 12, java.math.BigInteger.valueOf(256L << 30))
                    .block()),
            ZstdFrames.bomb(1 << 12, 'a')));
    byte[] told =
        new RawTar().pax("size", "" + (256L << 30)).raw(RawHeader.file("bomb", 0).block()).body();
    refusedBlob(
        "a pax size of 256 GiB",
        Reason.LIMIT,
        ZSTD,
        concat(Zstd.compress(told), ZstdFrames.bomb(1 << 12, 'a')));
  }

  private void gzip() {
    byte[] whole = gzip(tar);
    restoredBlob("gzip", tree, GZIP, whole, tar);
    restoredBlob("gzip as Docker names it", tree, MediaType.DOCKER_LAYER_GZIP, whole, tar);
    byte[] first = gzip(Arrays.copyOf(tar, 7000));
    byte[] second = gzip(Arrays.copyOfRange(tar, 7000, tar.length));
    restoredBlob("gzip of two members", tree, GZIP, concat(first, second), tar);
    restoredBlob(
        "gzip with members of nothing",
        tree,
        GZIP,
        concat(gzip(new byte[0]), first, gzip(new byte[0]), second, gzip(new byte[0])),
        tar);
    restoredBlob(
        "gzip with a name, comment, extra field and its sum",
        tree,
        GZIP,
        concat(gzipHeader(), Arrays.copyOfRange(whole, 10, whole.length)),
        tar);
    refusedBlob(
        "gzip with a wrong sum of its header",
        Reason.CORRUPT,
        GZIP,
        concat(
            flipped(gzipHeader(), gzipHeader().length - 1, 1),
            Arrays.copyOfRange(whole, 10, whole.length)));
    refusedBlob("gzip with a reserved flag", Reason.CORRUPT, GZIP, flipped(whole, 3, 0x80));
    refusedBlob("gzip of another method", Reason.CORRUPT, GZIP, flipped(whole, 2, 1));
    refusedBlob("gzip with a wrong CRC", Reason.CORRUPT, GZIP, flipped(whole, whole.length - 8, 1));
    refusedBlob(
        "gzip with a wrong size", Reason.CORRUPT, GZIP, flipped(whole, whole.length - 1, 1));
    refusedBlob(
        "gzip whose first member has a wrong CRC",
        Reason.CORRUPT,
        GZIP,
        concat(flipped(first, first.length - 8, 1), second));
    refusedBlob(
        "gzip whose second member has a wrong CRC",
        Reason.CORRUPT,
        GZIP,
        concat(first, flipped(second, second.length - 8, 1)));
    for (int cut :
        new int[] {
          0,
          1,
          2,
          5,
          9,
          10,
          11,
          100,
          whole.length / 2,
          whole.length - 9,
          whole.length - 8,
          whole.length - 4,
          whole.length - 1
        }) {
      refusedBlob(
          "gzip cut after " + cut + " bytes", Reason.CORRUPT, GZIP, Arrays.copyOf(whole, cut));
    }
    refusedBlob(
        "garbage behind gzip", Reason.CORRUPT, GZIP, concat(whole, new byte[] {1, 2, 3, 4}));
    refusedBlob("one byte behind gzip", Reason.CORRUPT, GZIP, concat(whole, new byte[] {0x1f}));
    refusedBlob("zeros behind gzip", Reason.CORRUPT, GZIP, concat(whole, new byte[512]));
    refusedBlob(
        "half a member behind gzip", Reason.CORRUPT, GZIP, concat(whole, Arrays.copyOf(whole, 30)));
    refusedBlob("a second archive in a second member", Reason.CORRUPT, GZIP, concat(whole, whole));
    refusedBlob("gzip in gzip", Reason.CORRUPT, GZIP, gzip(whole));
    refusedBlob("zstd in gzip", Reason.CORRUPT, GZIP, gzip(Zstd.compress(tar)));
    refusedBlob("a gzip bomb behind the end", Reason.LIMIT, GZIP, gzip(new byte[100 << 20]));
  }

  private void types() {
    restoredBlob("plain as Docker names it", tree, MediaType.DOCKER_LAYER, tar, tar);
    restoredBlob(
        "zstd as Docker names it", tree, MediaType.DOCKER_LAYER_ZSTD, Zstd.compress(tar), tar);
    refusedBlob("zstd as gzip", Reason.CORRUPT, GZIP, Zstd.compress(tar));
    refusedBlob("gzip as zstd", Reason.CORRUPT, ZSTD, gzip(tar));
    refusedBlob("plain as zstd", Reason.CORRUPT, ZSTD, tar);
    refusedBlob("plain as gzip", Reason.CORRUPT, GZIP, tar);
    refusedBlob("zstd as plain", Reason.CORRUPT, PLAIN, Zstd.compress(tar));
    refusedBlob("gzip as plain", Reason.CORRUPT, PLAIN, gzip(tar));
    for (String type :
        new String[] {
          "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
          "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
          "application/octet-stream",
          "application/vnd.oci.image.layer.v1.tar+zstd:chunked",
          "application/zip",
          "",
          "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"
        }) {
      refusedBlob("the type '" + type + "'", Reason.CORRUPT, MediaType.parse(type), gzip(tar));
    }
    restoredBlob(
        "a type with parameters and capitals",
        tree,
        new MediaType("application/vnd.oci.image.layer.v1.TAR+gzip; x=y"),
        gzip(tar),
        tar);
  }

  private byte[] withChecksum(boolean checksum) {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      return context.setChecksum(checksum).compress(tar);
    }
  }

  private byte[] withoutSize() {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      return context.setContentSize(false).compress(tar);
    }
  }

  private byte[] frames(int size) {
    byte[] all = {};
    for (int at = 0; at < tar.length; at += size) {
      all =
          concat(all, Zstd.compress(Arrays.copyOfRange(tar, at, Math.min(tar.length, at + size))));
    }
    return all;
  }

  private static byte[] flipped(byte[] bytes, int at, int bits) {
    byte[] result = bytes.clone();
    result[at] ^= (byte) bits;
    return result;
  }

  private static byte[] gzipHeader() {
    ByteBuffer header =
        ByteBuffer.allocate(100)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16})
            .putInt(12345)
            .put((byte) 2)
            .put((byte) 3)
            .putShort((short) 4)
            .put(new byte[] {'A', 'B', 0, 0})
            .put(RawTar.utf8("name\0"))
            .put(RawTar.utf8("a comment\0"));
    CRC32 crc = new CRC32();
    crc.update(header.array(), 0, header.position());
    header.putShort((short) crc.getValue());
    return Arrays.copyOf(header.array(), header.position());
  }
}
