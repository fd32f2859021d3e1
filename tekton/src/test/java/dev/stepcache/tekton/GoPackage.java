package dev.stepcache.tekton;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The module {@code code.test/tiny} v1.0.0, with {@link ExcludedNames}. */
final class GoPackage {
  private static final String VERSIONS = "/code.test/tiny/@v/";

  private GoPackage() {}

  /** Serves it as a module proxy. */
  static void serve(PackageServer server) throws IOException {
    byte[] mod = "module code.test/tiny\n".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      Map<String, byte[]> files = ExcludedNames.files();
      files.put("go.mod", mod);
      files.put("tiny.go", "package tiny\n\nconst Answer = 42\n".getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry("code.test/tiny@v1.0.0/" + file.getKey()));
        zip.write(file.getValue());
      }
    }
    server.put(VERSIONS + "v1.0.0.mod", mod);
    server.put(
        VERSIONS + "v1.0.0.info",
        "{\"Version\":\"v1.0.0\",\"Time\":\"2026-01-01T00:00:00Z\"}"
            .getBytes(StandardCharsets.UTF_8));
    server.putPackage(VERSIONS + "v1.0.0.zip", bytes.toByteArray());
  }
}
