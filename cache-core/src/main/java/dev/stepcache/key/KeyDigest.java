package dev.stepcache.key;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over fields, each behind its length in 8 bytes (docs/format.md, the key). */
final class KeyDigest {
  private static final int TRIES = 3;

  private MessageDigest digest = sha256();

  void field(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    digest.update(bytes);
  }

  void number(long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  /** Adds a file's name and content; a file that changes while it is read is read again. */
  LockFile file(String name, Path path) throws IOException {
    MessageDigest before = digest;
    for (int tries = 0; tries < TRIES; tries++) {
      digest = copy(before);
      MessageDigest own = sha256();
      BasicFileAttributes first = Files.readAttributes(path, BasicFileAttributes.class);
      field(name);
      number(first.size());
      long read = content(path, own);
      BasicFileAttributes last = Files.readAttributes(path, BasicFileAttributes.class);
      if (read == first.size()
          && read == last.size()
          && first.lastModifiedTime().equals(last.lastModifiedTime())) {
        return new LockFile(name, read, HexFormat.of().formatHex(own.digest()));
      }
    }
    throw new IOException("it keeps changing while it is read");
  }

  CacheKey key() {
    return new CacheKey(HexFormat.of().formatHex(digest.digest()));
  }

  static String hex(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private long content(Path path, MessageDigest own) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long size = 0;
    try (InputStream content = Files.newInputStream(path)) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        digest.update(buffer, 0, read);
        own.update(buffer, 0, read);
        size += read;
      }
    }
    return size;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }
}
