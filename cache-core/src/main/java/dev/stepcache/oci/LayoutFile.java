package dev.stepcache.oci;

import java.nio.charset.StandardCharsets;

/** The file {@code oci-layout} of an OCI image layout (OCI image specification, image layout). */
public final class LayoutFile {
  /** Its name in the layout. */
  public static final String NAME = "oci-layout";

  private static final String VERSION = "1.0.0";

  private LayoutFile() {}

  /** What it holds. */
  public static byte[] content() {
    return ("{\"imageLayoutVersion\":\"" + VERSION + "\"}").getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether it says that a layout is of the one version that there is. */
  public static boolean isKnown(byte[] content) {
    try {
      return Json.object(content, NAME).path("imageLayoutVersion").asText("").equals(VERSION);
    } catch (MalformedDocumentException e) {
      return false;
    }
  }
}
