package dev.stepcache.tekton;

import dev.stepcache.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The package {@code tiny} 1.0, whose {@code tiny.answer} is 42. */
final class PythonPackage {
  private static final String WHEEL = "tiny-1.0-py3-none-any.whl";

  private PythonPackage() {}

  /** Puts it below {@code /files/}, and its page below {@code /simple/}. */
  static void serve(PackageServer server) throws IOException {
    byte[] wheel = wheel();
    server.put("/files/" + WHEEL, wheel);
    server.put(
        "/simple/tiny/",
        "<html><body><a href=\"/files/%s#sha256=%s\">%s</a></body></html>"
            .formatted(WHEEL, Digest.of(wheel).hex(), WHEEL)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] wheel() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String[] file :
          new String[][] {
            {"tiny/__init__.py", "answer = 42\n"},
            {"tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"},
            {
              "tiny-1.0.dist-info/WHEEL",
              "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            },
            {
              "tiny-1.0.dist-info/RECORD",
              "tiny/__init__.py,,\ntiny-1.0.dist-info/METADATA,,\ntiny-1.0.dist-info/WHEEL,,\n"
                  + "tiny-1.0.dist-info/RECORD,,\n"
            }
          }) {
        ZipEntry entry = new ZipEntry(file[0]);
        entry.setTime(315_619_200_000L);
        zip.putNextEntry(entry);
        zip.write(file[1].getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }
}
