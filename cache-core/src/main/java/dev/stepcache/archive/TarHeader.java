package dev.stepcache.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of one entry as stepcache writes it: POSIX ustar (pax interchange format, IEEE
 * 1003.1), with pax records only where a name or size does not fit. Unless it is told otherwise it
 * holds what is content and nothing else: no owner, a constant time, and of the mode only whether a
 * file may be executed.
 *
 * @param name with a trailing '/' for a folder
 * @param target of a link; empty for others
 * @param stamp whose it is, and since when
 */
public record TarHeader(char type, byte[] name, int mode, long size, byte[] target, Stamp stamp) {
  /** What a tar consists of, in bytes (IEEE 1003.1, pax, ustar interchange format). */
  public static final int BLOCK = 512;

  /** 2 January 1980: zip and wheel makers choke on less. */
  public static final long MTIME = 315_619_200L;

  /**
   * Owner and time of an entry.
   *
   * @param mtime seconds since 1970, at least 0
   * @param uid at most {@link #LARGEST_ID}
   * @param gid at most {@link #LARGEST_ID}
   */
  public record Stamp(long mtime, int uid, int gid) {
    /** What seven octal digits hold. */
    public static final int LARGEST_ID = 07777777;

    /** Of what is content and nothing else. */
    public static final Stamp CONSTANT = new Stamp(MTIME, 0, 0);
  }

  private static final int NAME = 100;
  private static final int PREFIX = 155;
  private static final long LARGEST_SIZE = 0_77777777777L;
  private static final byte[] PAX_NAME = "././@PaxHeader".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_TARGET = {};

  /** An entry of nobody's, and of no time. */
  public TarHeader(char type, byte[] name, int mode, long size, byte[] target) {
    this(type, name, mode, size, target, Stamp.CONSTANT);
  }

  /** The same entry with another mode, owner and time. */
  public TarHeader with(int otherMode, Stamp other) {
    return new TarHeader(type, name, otherMode, size, target, other);
  }

  /** A folder, of mode 0755; the tar has its name with a slash. */
  public static TarHeader folder(String name) {
    return new TarHeader('5', utf8(name + "/"), 0755, 0, NO_TARGET);
  }

  /** A regular file, whose content of that many bytes follows. */
  public static TarHeader file(String name, boolean executable, long size) {
    return new TarHeader('0', utf8(name), executable ? 0755 : 0644, size, NO_TARGET);
  }

  /** A symlink, whose target is kept as it is. */
  public static TarHeader symlink(String name, String target) {
    return new TarHeader('2', utf8(name), 0777, 0, utf8(target));
  }

  /** Another name of a file that stands before it in the tar. */
  public static TarHeader hardLink(String name, boolean executable, String target) {
    return new TarHeader('1', utf8(name), executable ? 0755 : 0644, 0, utf8(target));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes from this header to the next: header, pax records, and content with its padding. */
  public long length() {
    return bytes().length + padded(size);
  }

  /** A size with what fills up its last block. */
  public static long padded(long size) {
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** The header's block; before it the pax records, where it needs any. */
  public byte[] bytes() {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    int split = split();
    if (split < 0) {
      record(records, "path", name);
    }
    if (target.length > NAME) {
      record(records, "linkpath", target);
    }
    if (size > LARGEST_SIZE) {
      record(records, "size", Long.toString(size).getBytes(StandardCharsets.US_ASCII));
    }
    if (records.size() == 0) {
      return ustar(split);
    }
    byte[] pax = records.toByteArray();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(new TarHeader('x', PAX_NAME, 0644, pax.length, NO_TARGET).ustar(0));
    all.writeBytes(pax);
    all.writeBytes(new byte[(int) (padded(pax.length) - pax.length)]);
    all.writeBytes(ustar(split));
    return all.toByteArray();
  }

  /** Where the name is split into prefix and name: 0 for not at all, -1 where it fits nowhere. */
  private int split() {
    if (name.length <= NAME) {
      return 0;
    }
    for (int at = name.length - NAME - 1; at < name.length - 1 && at <= PREFIX; at++) {
      if (at > 0 && name[at] == '/') {
        return at;
      }
    }
    return -1;
  }

  private byte[] ustar(int split) {
    byte[] block = new byte[BLOCK];
    if (split > 0) {
      System.arraycopy(name, 0, block, 345, split);
      System.arraycopy(name, split + 1, block, 0, name.length - split - 1);
    } else {
      System.arraycopy(name, 0, block, 0, Math.min(name.length, NAME));
    }
    octal(block, 100, 8, mode);
    octal(block, 108, 8, stamp.uid());
    octal(block, 116, 8, stamp.gid());
    octal(block, 124, 12, Math.min(size, LARGEST_SIZE));
    octal(block, 136, 12, stamp.mtime());
    block[156] = (byte) type;
    System.arraycopy(target, 0, block, 157, Math.min(target.length, NAME));
    System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, block, 257, 8);
    octal(block, 329, 8, 0);
    octal(block, 337, 8, 0);
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    octal(block, 148, 7, sum);
    return block;
  }

  private static void octal(byte[] block, int offset, int width, long value) {
    long rest = value;
    for (int at = offset + width - 2; at >= offset; at--) {
      block[at] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
    block[offset + width - 1] = 0;
  }

  private static void record(ByteArrayOutputStream records, String keyword, byte[] value) {
    int rest = keyword.length() + value.length + 3;
    int length = rest + Integer.toString(rest).length();
    if (rest + Integer.toString(length).length() != length) {
      length = rest + Integer.toString(length).length();
    }
    records.writeBytes((length + " " + keyword + "=").getBytes(StandardCharsets.US_ASCII));
    records.writeBytes(value);
    records.write('\n');
  }
}
