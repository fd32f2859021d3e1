package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.restore.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForbiddenFoldersTest {
  @TempDir Path folder;

  private Path store;
  private Path cachePath;
  private Path inner;

  @BeforeEach
  void saveATree() throws IOException {
    store = folder.resolve("store");
    Path tree = Files.createDirectories(folder.resolve("tree/d")).getParent();
    Files.writeString(tree.resolve("d/f"), "f");
    assertThat(Bench.layout(store).upload(tree).reason()).isEqualTo(Reason.SAVED);
    inner = Files.createDirectories(folder.resolve("ws/cache/d"));
    cachePath = inner.getParent();
  }

  @AfterEach
  void open() throws IOException {
    Files.setAttribute(cachePath, "unix:mode", 0755);
    Files.setAttribute(inner, "unix:mode", 0755);
  }

  private String fetch() throws Exception {
    return new ChildProcess("C.UTF-8", "022")
        .thatObeysModes()
        .run(ChildFetch.class, cachePath, store);
  }

  private void assertTells(String said, Path whose, String mode) throws IOException {
    assertThat(said)
        .startsWith("DISK: ")
        .contains(
            whose
                + " belongs to "
                + Files.getAttribute(whose, "unix:uid")
                + ":"
                + Files.getAttribute(whose, "unix:gid")
                + ", mode "
                + mode
                + ", and this step runs as ")
        .contains("Cure: ", "runAsUser")
        .doesNotContain("room");
  }

  @Test
  void ofTheCachePathAreNamedWithTheirOwner() throws Exception {
    Files.setAttribute(cachePath, "unix:mode", 0555);

    assertTells(fetch(), cachePath, "555");
  }

  @Test
  @Tag("root")
  void ofAnotherUserBelowTheCachePathAreNamedWithTheirOwner() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"), "only root gives a folder to another user");
    Files.setAttribute(inner, "unix:uid", 12345);
    Files.setAttribute(inner, "unix:mode", 0555);

    assertTells(fetch(), inner, "555");
  }

  @Test
  void areToldApartFromADiskWithoutRoom() {
    assertThat(Trouble.of(new IOException("No space left on device")).message())
        .isEqualTo("No space left on device: no bytes or no inodes are left there (df, df -i)");
    assertThat(Trouble.of(new IOException("Input/output error")).message())
        .isEqualTo("Input/output error");
  }
}
