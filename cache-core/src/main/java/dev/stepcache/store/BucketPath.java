package dev.stepcache.store;

import dev.stepcache.oci.Tag;
import dev.stepcache.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder in a bucket, and how references of one are written: {@code s3://bucket/folder:tag}, or a
 * path whose last component is the tag. What no tag may have is escaped in it, as an underscore and
 * two hex digits for each byte, so that no two paths give one tag (docs/format.md, caches in
 * buckets).
 *
 * @param folder without slashes at its ends; may be empty
 */
public record BucketPath(BucketService service, String bucket, String folder) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{.*?\\}\\}|%HASH%");
  private static final Pattern KEY =
      Pattern.compile("\\{\\{[ \\t]*(?:hash|key)[ \\t]*\\}\\}|%HASH%");
  private static final Pattern LIKE_AN_ESCAPE = Pattern.compile("_[0-9A-F]{2}");
  private static final Pattern ESCAPE = Pattern.compile("_([0-9A-F]{2})");

  /** Names of objects have 1024 bytes, of which a blob's end takes less than this. */
  private static final int LONGEST_FOLDER = 800;

  /**
   * A template as it is filled: where a key stands in a folder's name, that folder and all behind
   * it are the tag, so that keys share their blobs. Others are as they were.
   */
  public static String template(String text) {
    Optional<BucketService> service = BucketService.of(text);
    if (service.isEmpty()) {
      return text;
    }
    int start = service.get().scheme().length() + "://".length();
    Matcher key = KEY.matcher(text);
    int last = text.lastIndexOf('/');
    int folder = key.find(start) ? text.lastIndexOf('/', key.start()) : last;
    boolean isTagged = text.indexOf(':', last) > last || text.indexOf('@', last) > last;
    if (folder < start || (folder == last && isTagged)) {
      return text;
    }
    return text.substring(0, folder) + ":" + escaped(text.substring(folder + 1));
  }

  private static String escaped(String tag) {
    StringBuilder escaped = new StringBuilder();
    Matcher placeholder = PLACEHOLDER.matcher(tag);
    int from = 0;
    while (placeholder.find()) {
      escaped
          .append(escape(tag.substring(from, placeholder.start()), from == 0))
          .append(placeholder.group());
      from = placeholder.end();
    }
    return escaped.append(escape(tag.substring(from), from == 0)).toString();
  }

  /**
   * @param begins whether a tag begins with it, which may begin with neither dot nor dash
   */
  private static String escape(String text, boolean begins) {
    boolean ambiguous = LIKE_AN_ESCAPE.matcher(text).find();
    StringBuilder escaped = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (octet & 0xff);
      boolean plain =
          character < 0x80
              && (Character.isLetterOrDigit(character)
                  || ((character == '.' || character == '-') && !(begins && escaped.isEmpty()))
                  || (character == '_' && !ambiguous));
      escaped.append(
          plain
              ? String.valueOf(character)
              : "_" + HexFormat.of().withUpperCase().toHexDigits(octet));
    }
    return escaped.toString();
  }

  /** What was written where a tag is an escaped path. */
  public static String unescaped(Tag tag) {
    Matcher escape = ESCAPE.matcher(tag.value());
    StringBuilder octets = new StringBuilder();
    while (escape.find()) {
      escape.appendReplacement(
          octets,
          Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 16))));
    }
    escape.appendTail(octets);
    return new String(
        octets.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The tag that a component of a path is; throws IllegalArgumentException that says why not. */
  static Tag tag(BucketService service, String component) {
    check(component, service, component);
    return new Tag(escape(component, true));
  }

  /**
   * The folder that {@code bucket/folder} names; throws IllegalArgumentException that says what is
   * wrong.
   */
  public static BucketPath of(BucketService service, String text) {
    String trimmed = text.replaceFirst("/+$", "");
    int slash = trimmed.indexOf('/');
    String bucket = slash < 0 ? trimmed : trimmed.substring(0, slash);
    String folder = slash < 0 ? "" : trimmed.substring(slash + 1);
    if (bucket.isEmpty()) {
      throw new IllegalArgumentException(
          shown(service, trimmed) + " names no bucket: wants such as " + example(service));
    }
    BucketName.mistake(service, bucket)
        .ifPresent(mistake -> {
          throw new IllegalArgumentException(mistake);
        });
    if (!folder.isEmpty()) {
      for (String component : folder.split("/", -1)) {
        check(component, service, trimmed);
      }
    }
    if (folder.getBytes(StandardCharsets.UTF_8).length > LONGEST_FOLDER) {
      throw new IllegalArgumentException(
          shown(service, trimmed) + " is longer than " + LONGEST_FOLDER + " bytes");
    }
    return new BucketPath(service, bucket, folder);
  }

  private static void check(String component, BucketService service, String text) {
    boolean isPath = component.isEmpty() || component.equals(".") || component.equals("..");
    if (isPath || component.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          shown(service, text)
              + ": '"
              + Printable.of(component)
              + "' is no name of a folder in a bucket");
    }
  }

  private static String shown(BucketService service, String text) {
    return "'" + service.scheme() + "://" + Printable.of(text) + "'";
  }

  private static String example(BucketService service) {
    return service.scheme() + "://bucket/folder:{{hash}}";
  }

  /** With its scheme. */
  @Override
  public String toString() {
    return service.scheme() + "://" + bucket + (folder.isEmpty() ? "" : "/" + folder);
  }
}
