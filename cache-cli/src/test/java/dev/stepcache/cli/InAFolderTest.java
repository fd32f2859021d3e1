package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Caches in an OCI image layout. */
class InAFolderTest extends CommandsContract {
  @Override
  String repository() {
    return "file://" + folder.resolve("store");
  }

  @Override
  void damage(Digest blob) throws IOException {
    damage(file(blob));
  }

  @Override
  void lose(Digest blob) throws IOException {
    Files.delete(file(blob));
  }

  private Path file(Digest blob) {
    return folder.resolve("store/blobs/sha256").resolve(blob.hex());
  }

  @Test
  void anEmptyLayoutHasNoCaches() throws IOException {
    Files.createDirectories(folder.resolve("store"));
    Files.writeString(folder.resolve("store/index.json"), "{\"schemaVersion\":2,\"manifests\":[]}");

    Ran ran = run("list", repository());

    assertThat(ran.code()).isZero();
    assertThat(lines(ran.out())).containsExactly("no caches");
  }

  @Test
  void anIndexThatIsNoJsonIsBroken() throws IOException {
    Files.createDirectories(folder.resolve("store"));
    Files.writeString(folder.resolve("store/index.json"), "nonsense");

    Ran ran = run("list", repository());

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("index.json").hasLineCount(1);
  }
}
