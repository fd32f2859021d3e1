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

/** The package {@code tiny}, 1.0.0 and 1.1.0, which is 42, with {@link ExcludedNames}. */
final class NpmPackage {
  private NpmPackage() {}

  /**
   * @param scratch a folder in which it is made
   */
  static void serve(PackageServer server, Path scratch) throws IOException {
    server.put(
        "/tiny",
        """
        {"name":"tiny","dist-tags":{"latest":"1.0.0"},
          "time":{"1.0.0":"2020-01-01T00:00:00Z","1.1.0":"2020-02-01T00:00:00Z"},
          "versions":{%s,%s}}
        """
            .formatted(version("1.0.0", server, scratch), version("1.1.0", server, scratch))
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String version(String version, PackageServer server, Path scratch)
      throws IOException {
    Path content = Files.createDirectories(scratch.resolve("npm-" + version + "/package"));
    ExcludedNames.write(content);
    Files.writeString(
        content.resolve("package.json"),
        "{\"name\":\"tiny\",\"version\":\"%s\"}".formatted(version));
    Files.writeString(content.resolve("index.js"), "module.exports = 42\n");
    byte[] archive = archive(content);
    String name = "/tiny/-/tiny-" + version + ".tgz";
    server.putPackage(name, archive);
    return """
    "%s":{"name":"tiny","version":"%s","dist":{"tarball":"%s","shasum":"%s",
      "integrity":"sha512-%s"}}
    """
        .formatted(
            version,
            version,
            server.address() + name,
            HexFormat.of().formatHex(sum("SHA-1", archive)),
            Base64.getEncoder().encodeToString(sum("SHA-512", archive)));
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
