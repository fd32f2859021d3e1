package dev.stepcache.tekton;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepcache.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The package {@code tiny} 1.0, whose {@code tiny.answer} is 42, with {@link ExcludedNames}. */
final class PythonPackage {
  private static final String WHEEL = "tiny-1.0-py3-none-any.whl";

  private PythonPackage() {}

  /** Puts it below {@code /files/}, and its page below {@code /simple/}. */
  static void serve(PackageServer server) throws IOException {
    byte[] wheel = wheel();
    server.putPackage("/files/" + WHEEL, wheel);
    server.put(
        "/simple/tiny/",
        "<html><body><a href=\"/files/%s#sha256=%s\">%s</a></body></html>"
            .formatted(WHEEL, Digest.of(wheel).hex(), WHEEL)
            .getBytes(UTF_8));
  }

  private static byte[] wheel() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      Map<String, String> files = new LinkedHashMap<>();
      files.put("tiny/__init__.py", "answer = 42\n");
      ExcludedNames.files()
          .forEach((name, content) -> files.put("tiny/" + name, new String(content, UTF_8)));
      files.put("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n");
      files.put(
          "tiny-1.0.dist-info/WHEEL",
          "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      String record = "tiny-1.0.dist-info/RECORD";
      files.put(record, String.join(",,\n", files.keySet()) + ",,\n" + record + ",,\n");
      for (Map.Entry<String, String> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTime(315_619_200_000L);
        zip.putNextEntry(entry);
        zip.write(file.getValue().getBytes(UTF_8));
      }
    }
    return bytes.toByteArray();
  }
}
