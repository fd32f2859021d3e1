package dev.stepcache.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpooledLayerTest {
  private static final int PIECE = BlobPool.PIECE;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 1, 4 * PIECE})
  void givesBackWhatWasWrittenAsOftenAsItIsAsked(int size) throws IOException {
    byte[] content = content(size);

    SpooledLayer layer = spooled(content, new BlobPool(2 * PIECE));

    for (int time = 0; time < 2; time++) {
      try (InputStream in = layer.open()) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
    }
    assertThat(files()).isEqualTo(size > 2 * PIECE ? 1 : 0);
    layer.free();
    assertThat(files()).isZero();
  }

  @Test
  void takesNoMoreMemoryThanThereIsAndUsesItAgain() throws IOException {
    BlobPool memory = new BlobPool(2 * PIECE);
    byte[] content = content(PIECE + 5);
    SpooledLayer first = spooled(content, memory);
    SpooledLayer second = spooled(content, memory);
    assertThat(files()).isEqualTo(1);

    first.free();
    SpooledLayer third = spooled(content, memory);

    assertThat(files()).isEqualTo(1);
    for (SpooledLayer layer : new SpooledLayer[] {second, third}) {
      try (InputStream in = layer.open()) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
      layer.free();
    }
    assertThat(files()).isZero();
  }

  private SpooledLayer spooled(byte[] content, BlobPool memory) throws IOException {
    SpooledLayer layer = new SpooledLayer(memory, folder);
    try (layer) {
      for (int at = 0; at < content.length; at += 77_777) {
        layer.write(Arrays.copyOfRange(content, at, Math.min(at + 77_777, content.length)));
      }
    }
    return layer;
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    new Random(3).nextBytes(content);
    return content;
  }
}
