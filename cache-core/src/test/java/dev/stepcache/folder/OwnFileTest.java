package dev.stepcache.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.SystemProperty;
import dev.stepcache.syscall.Stat;
import dev.stepcache.syscall.SystemCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"calls", "plain"})
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class OwnFileTest {
  @TempDir Path folder;
  @Parameter String files;
  private SystemProperty chosen;
  private Path elsewhere = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void choose() throws IOException {
    chosen = SystemProperty.set(SystemCalls.PROPERTY, files);
    elsewhere = Files.writeString(folder.resolve("elsewhere"), "mine");
    file = Files.createDirectory(folder.resolve("ours")).resolve("index");
  }

  @AfterEach
  void chooseNone() {
    chosen.close();
  }

  private void write() throws IOException {
    try (OwnFile.Replacement replacement = new OwnFile.Replacement(file, 0640)) {
      replacement.channel().write(ByteBuffer.wrap(new byte[] {'o', 'u', 'r', 's'}));
      replacement.take();
    }
  }

  @Test
  void takesThePlaceOfALinkAndLeavesWhatItLedTo() throws IOException {
    Files.createSymbolicLink(file, elsewhere);

    write();

    assertThat(elsewhere).hasContent("mine");
    assertThat(file).hasContent("ours");
    assertThat(Stat.ofPresent(file).permissions()).isEqualTo(0640);
    assertThat(file.getParent().toFile().list()).containsExactly("index");
  }

  @Test
  void isOpenedThroughNoLink() throws IOException {
    Files.createSymbolicLink(file, elsewhere);

    assertThatThrownBy(() -> OwnFile.open(file)).isInstanceOf(IOException.class);
  }

  @Test
  void isNotWaitedForWhereItIsAFifo() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();

    assertThatThrownBy(() -> OwnFile.open(file)).isInstanceOf(NotOursException.class);
    write();

    try (FileChannel opened = OwnFile.open(file)) {
      assertThat(opened.size()).isEqualTo(4);
    }
  }

  @Test
  void isNeitherReadNorWrittenNorRemovedWhereItsFolderIsALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), file.getParent());
    Files.writeString(file, "theirs");

    assertThatThrownBy(() -> OwnFile.open(link.resolve("index")))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> new OwnFile.Replacement(link.resolve("index"), 0644))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> OwnFile.remove(link.resolve("index")))
        .isInstanceOf(NotDirectoryException.class);

    assertThat(file).hasContent("theirs");
  }
}
