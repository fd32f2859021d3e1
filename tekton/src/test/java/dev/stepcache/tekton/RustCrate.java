package dev.stepcache.tekton;

import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The crate {@code tiny}, 1.0.0 and 1.1.0, whose {@code ANSWER} is 42, with {@link ExcludedNames},
 * which its build script writes as well.
 */
final class RustCrate {
  private RustCrate() {}

  /**
   * Serves it by a sparse registry, at {@code /index/}.
   *
   * @param scratch a folder in which it is made
   */
  static void serve(PackageServer server, Path scratch) throws IOException {
    put(
        server,
        "config.json",
        "{\"dl\":\"%s/crates/{crate}-{version}.crate\"}".formatted(server.address()));
    put(
        server,
        "ti/ny/tiny",
        version("1.0.0", server, scratch) + version("1.1.0", server, scratch));
  }

  /** What the index says of a version. */
  private static String version(String version, PackageServer server, Path scratch)
      throws IOException {
    Path content = Files.createDirectories(scratch.resolve("crates/tiny-" + version));
    ExcludedNames.write(content);
    Files.createDirectories(content.resolve("src"));
    Files.writeString(content.resolve("src/lib.rs"), "pub const ANSWER: i32 = 42;\n");
    Files.writeString(
        content.resolve("Cargo.toml"),
        "[package]\nname = \"tiny\"\nversion = \"%s\"\nedition = \"2021\"\n".formatted(version));
    Files.writeString(
        content.resolve("build.rs"),
        """
        fn main() {
            let out = std::env::var("OUT_DIR").unwrap();
            let copied = std::process::Command::new("cp").args(["-r", ".", &out]).status();
            assert!(copied.unwrap().success());
        }
        """);
    byte[] crate = NpmPackage.archive(content);
    server.putPackage("/crates/tiny-" + version + ".crate", crate);
    return "{\"name\":\"tiny\",\"vers\":\"%s\",\"deps\":[],\"cksum\":\"%s\",\"features\":{},\"yanked\":false}\n"
        .formatted(version, Digest.of(crate).hex());
  }

  private static void put(PackageServer server, String name, String content) {
    server.put("/index/" + name, content.getBytes(StandardCharsets.UTF_8));
  }
}
