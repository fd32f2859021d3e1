package dev.stepcache.tekton;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepcache.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The package {@code tiny}, 1.0 and 1.1, whose {@code tiny.answer} is 42, with {@link
 * ExcludedNames}.
 */
final class PythonPackage {
  private PythonPackage() {}

  /** Puts it below {@code /files/}, and its page below {@code /simple/}. */
  static void serve(PackageServer server) throws IOException {
    StringBuilder links = new StringBuilder();
    for (String version : List.of("1.0", "1.1")) {
      String file = "tiny-" + version + "-py3-none-any.whl";
      byte[] wheel = wheel(version);
      server.putPackage("/files/" + file, wheel);
      links.append(
          "<a href=\"/files/%s#sha256=%s\">%s</a>\n".formatted(file, Digest.of(wheel).hex(), file));
    }
    server.put("/simple/tiny/", "<html><body>%s</body></html>".formatted(links).getBytes(UTF_8));
  }

  private static byte[] wheel(String version) throws IOException {
    String about = "tiny-" + version + ".dist-info/";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      Map<String, String> files = new LinkedHashMap<>();
      files.put("tiny/__init__.py", "answer = 42\n");
      ExcludedNames.files()
          .forEach((name, content) -> files.put("tiny/" + name, new String(content, UTF_8)));
      files.put(
          about + "METADATA",
          "Metadata-Version: 2.1\nName: tiny\nVersion: %s\n".formatted(version));
      files.put(
          about + "WHEEL",
          "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      String record = about + "RECORD";
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
