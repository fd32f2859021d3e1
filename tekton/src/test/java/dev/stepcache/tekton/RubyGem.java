package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;

/** The gem {@code tiny} 1.0, whose {@code Tiny::ANSWER} is 42, with {@link ExcludedNames}. */
final class RubyGem {
  private RubyGem() {}

  /**
   * Serves it by the compact index, which is what Bundler asks first.
   *
   * @param scratch a folder in which it is made, by RubyGems itself
   */
  static void serve(PackageServer server, Path scratch) throws IOException {
    Path source = Files.createDirectories(scratch.resolve("gem/lib")).getParent();
    ExcludedNames.write(source);
    Files.writeString(source.resolve("lib/tiny.rb"), "module Tiny; ANSWER = 42; end\n");
    Files.writeString(
        source.resolve("tiny.gemspec"),
        """
        Gem::Specification.new do |gem|
          gem.name, gem.version, gem.summary, gem.authors = "tiny", "1.0", "tiny", ["tiny"]
          gem.files = Dir.glob("**/*", File::FNM_DOTMATCH).select { |name| File.file?(name) }
        end
        """);
    String log = new ToolBuild(source, source).run(false, "gem build tiny.gemspec", Map.of());
    assertThat(log).doesNotStartWith("FAILED");
    byte[] gem = Files.readAllBytes(source.resolve("tiny-1.0.gem"));
    byte[] info =
        "---\n1.0 |checksum:%s\n".formatted(Digest.of(gem).hex()).getBytes(StandardCharsets.UTF_8);
    server.putPackage("/gems/tiny-1.0.gem", gem);
    server.put("/info/tiny", info);
    server.put(
        "/versions",
        "created_at: 2026-01-01T00:00:00Z\n---\ntiny 1.0 %s\n"
            .formatted(md5(info))
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
