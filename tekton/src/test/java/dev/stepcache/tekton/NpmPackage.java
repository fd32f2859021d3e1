package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/** The package {@code tiny} 1.0.0, which is 42, with {@link ExcludedNames}. */
final class NpmPackage {
  private NpmPackage() {}

  /**
   * @param scratch a folder in which it is made
   */
  static void serve(PackageServer server, Path scratch) throws IOException {
    Path content = Files.createDirectories(scratch.resolve("npm/package"));
    ExcludedNames.write(content);
    Files.writeString(content.resolve("package.json"), "{\"name\":\"tiny\",\"version\":\"1.0.0\"}");
    Files.writeString(content.resolve("index.js"), "module.exports = 42\n");
    byte[] archive = archive(content);
    server.putPackage("/tiny/-/tiny-1.0.0.tgz", archive);
    server.put(
        "/tiny",
        """
        {"name":"tiny","time":{"1.0.0":"2020-01-01T00:00:00Z"},"dist-tags":{"latest":"1.0.0"},
          "versions":{"1.0.0":{"name":"tiny",
          "version":"1.0.0","dist":{"tarball":"%s/tiny/-/tiny-1.0.0.tgz","shasum":"%s",
            "integrity":"sha512-%s"}}}}
        """
            .formatted(
                server.address(),
                HexFormat.of().formatHex(sum("SHA-1", archive)),
                Base64.getEncoder().encodeToString(sum("SHA-512", archive)))
            .getBytes(StandardCharsets.UTF_8));
  }

  /** A tar of a folder, whose name all others begin with. */
  static byte[] archive(Path content) throws IOException {
    Path folder = content.getParent();
    String tar = "tar -czf archive.tgz " + content.getFileName();
    assertThat(new ToolBuild(folder, folder).run(false, tar, Map.of())).isEmpty();
    return Files.readAllBytes(folder.resolve("archive.tgz"));
  }

  private static byte[] sum(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
