package dev.stepcache.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdFrameOutputStreamTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 131071, 131072, 131073, 262144, 1 << 20, 3_333_333})
  void givesTheSameFrameHoweverTheBytesWereCut(int size) throws IOException {
    byte[] content = content(size);

    byte[] whole = compress(content, Math.max(1, size));

    assertThat(compress(content, 1000)).isEqualTo(whole);
    assertThat(compress(content, 131072)).isEqualTo(whole);
    assertThat(compress(content, 77_777)).isEqualTo(whole);
    assertThat(Samples.unzstd(whole)).isEqualTo(content);
    assertThat(Zstd.getFrameContentSize(whole)).isEqualTo(size);
  }

  @Test
  void refusesMoreOrFewerBytesThanWerePledged() throws IOException {
    try (var frame = new ZstdFrameOutputStream(new ByteArrayOutputStream(), 3)) {
      assertThatThrownBy(() -> frame.write(new byte[4])).isInstanceOf(IllegalStateException.class);
      frame.write(new byte[2]);
      assertThatThrownBy(frame::finish).isInstanceOf(IllegalStateException.class);
    }
  }

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    Random random = new Random(7);
    random.nextBytes(content);
    for (int at = 0; at < size; at++) {
      content[at] &= (at / 50_000) % 2 == 0 ? (byte) 0x0f : (byte) 0xff;
    }
    return content;
  }

  private static byte[] compress(byte[] content, int piece) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var frame = new ZstdFrameOutputStream(out, content.length)) {
      for (int at = 0; at < content.length; at += piece) {
        frame.write(content, at, Math.min(piece, content.length - at));
      }
      frame.finish();
    }
    return out.toByteArray();
  }
}
