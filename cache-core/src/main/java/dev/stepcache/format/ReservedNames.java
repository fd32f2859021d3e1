package dev.stepcache.format;

import dev.stepcache.oci.Digest;
import dev.stepcache.tree.OwnFolder;
import java.nio.charset.StandardCharsets;

/** The names inside an image that belong to stepcache, and the whiteouts of OCI. */
public final class ReservedNames {
  /** The folder inside an image that all others of ours are in (docs/format.md). */
  public static final String ROOT = OwnFolder.NAME;

  static final String INDEX = ROOT + "/index";
  static final String KEY = ROOT + "/key";

  /** The folder of files with the sums of a layer (docs/format.md, content layers). */
  public static final String SUMS = ROOT + "/sums/";

  /** The folder of what would be whiteouts by its real name (docs/format.md, content layers). */
  public static final String ESCAPED = ROOT + "/n/";

  /** What a name begins with that hides another (OCI image specification, layers, whiteouts). */
  public static final String WHITEOUT = ".wh.";

  /** Hides all that earlier layers have in its folder (the same, opaque whiteout). */
  public static final String OPAQUE = ".wh..wh..opq";

  private ReservedNames() {}

  /** Whether a name is one of our own in an image. */
  public static boolean isOurs(String name) {
    return name.equals(ROOT) || name.startsWith(ROOT + "/");
  }

  /** The name that an entry has inside the image: names that would be whiteouts are escaped. */
  public static String stored(String name) {
    return hasWhiteoutComponent(name) ? escaped(name) : name;
  }

  /** The name that an entry of the tree has in a layer. */
  public static String escaped(String name) {
    return ESCAPED + Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /** Whether any component of a name would be read as a whiteout. */
  public static boolean hasWhiteoutComponent(String name) {
    return isWhiteoutComponent(name) || name.contains("/" + WHITEOUT);
  }

  /** Whether one component would be read as a whiteout. */
  public static boolean isWhiteoutComponent(String component) {
    return component.startsWith(WHITEOUT);
  }

  /** The whiteout that hides a name: {@code a/b} is hidden by {@code a/.wh.b}. */
  public static String whiteout(String name) {
    int slash = name.lastIndexOf('/') + 1;
    return name.substring(0, slash) + WHITEOUT + name.substring(slash);
  }
}
