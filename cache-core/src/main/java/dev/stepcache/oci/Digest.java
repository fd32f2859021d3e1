package dev.stepcache.oci;

import dev.stepcache.text.Printable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of content: its SHA-256, written {@code sha256:<64 lower hex>} (OCI image specification,
 * descriptor, digests). Other algorithms are refused. Checked before it can enter a path or a URL.
 */
public record Digest(String hex) implements TagOrDigest, Comparable<Digest> {
  private static final String PREFIX = "sha256:";
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public Digest {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "digest '" + Printable.of(hex) + "': wants 64 lower-case hex digits");
    }
  }

  /** Reads {@code sha256:<hex>}; throws IllegalArgumentException for anything else. */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "digest '" + Printable.of(text) + "': wants sha256:<64 hex digits>");
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /** The digest of some content. */
  public static Digest of(byte[] content) {
    return ofHash(sha256().digest(content));
  }

  /** The digest that a finished SHA-256 computation stands for; resets it. */
  public static Digest of(MessageDigest sha256) {
    return ofHash(sha256.digest());
  }

  /** The digest with these 32 bytes. */
  public static Digest ofHash(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  /** The 32 bytes of the hash. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** A new SHA-256 computation. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String suffix() {
    return "@" + this;
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
