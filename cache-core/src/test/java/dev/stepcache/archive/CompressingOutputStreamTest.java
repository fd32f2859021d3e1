package dev.stepcache.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressingOutputStreamTest {
  private static final int FRAME = WholeFrames.LARGEST;

  private static final IdleCores OTHERS =
      task -> {
        Thread thread = new Thread(task);
        thread.start();
        return Optional.of(() -> join(thread));
      };

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 131071, 131072, 131073, FRAME - 1, FRAME, FRAME + 1, 20_000_000})
  void givesTheSameBytesHoweverTheyWereCut(int size) throws IOException {
    byte[] content = content(size);

    for (Compression compression : Compression.values()) {
      byte[] whole = compress(compression, content, size);

      assertThat(compress(compression, content, 77_777)).isEqualTo(whole);
      assertThat(compress(compression, content, 77_777, OTHERS)).isEqualTo(whole);
      assertThat(compress(compression, content, 131_072, sometimes())).isEqualTo(whole);
      assertThat(compress(compression, content, 131_072)).isEqualTo(whole);
      assertThat(decompressed(whole, compression)).isEqualTo(content);
    }
  }

  @Test
  void makesFramesOf8MebibytesThatSayWhatTheyHold() throws IOException {
    byte[] compressed = compress(Compression.USUAL, content(2 * FRAME + 5), 1 << 20);

    int at = 0;
    for (long expected : new long[] {FRAME, FRAME, 5}) {
      byte[] rest = Arrays.copyOfRange(compressed, at, compressed.length);
      assertThat(Zstd.getFrameContentSize(rest)).isEqualTo(expected);
      at += (int) Zstd.findFrameCompressedSize(rest, 0, rest.length);
    }
    assertThat(at).isEqualTo(compressed.length);
  }

  @Test
  void takesTheFastLevelForFramesThatAreMostlyCompressedAlready() throws IOException {
    Random random = new Random(11);
    byte[] text = new byte[FRAME];
    byte[] noise = new byte[FRAME];
    random.nextBytes(noise);
    for (int at = 0; at < FRAME; at++) {
      text[at] = (byte) ('a' + random.nextInt(at % 5 + 2));
    }
    byte[] mostlyNoise = mixed(noise, text, 7);
    byte[] mostlyText = mixed(noise, text, 1);
    byte[] small = Arrays.copyOf(noise, (1 << 20) - 1);

    assertThat(compress(Compression.USUAL, text, FRAME)).isEqualTo(Zstd.compress(text, 3));
    assertThat(compress(Compression.USUAL, mostlyText, FRAME))
        .isEqualTo(Zstd.compress(mostlyText, 3));
    assertThat(compress(Compression.USUAL, mostlyNoise, FRAME))
        .isEqualTo(Zstd.compress(mostlyNoise, 1));
    assertThat(compress(Compression.USUAL, small, FRAME)).isEqualTo(Zstd.compress(small, 3));
    // One frame after the other takes its own.
    assertThat(compress(Compression.USUAL, joined(mostlyNoise, text), FRAME))
        .isEqualTo(joined(Zstd.compress(mostlyNoise, 1), Zstd.compress(text, 3)));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  /** Of eight parts so many of noise, the others of text; with words that only level 3 finds. */
  private static byte[] mixed(byte[] noise, byte[] text, int parts) {
    byte[] mixed = text.clone();
    System.arraycopy(noise, 0, mixed, 0, FRAME / 8 * parts);
    for (int at = 1 << 16; at + 64 < FRAME; at += 99_991) {
      System.arraycopy(mixed, at - (1 << 15), mixed, at, 48);
    }
    return mixed;
  }

  @Test
  void fillsAFrameWhileTheLastOneIsCompressedElsewhere() throws IOException {
    byte[] content = content(2 * FRAME + 5);
    List<Runnable> begun = new ArrayList<>();
    IdleCores once =
        task -> {
          boolean first = begun.isEmpty();
          begun.add(task);
          return first ? Optional.of(() -> {}) : Optional.empty();
        };
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    try (FrameCompressor compressor = Compression.USUAL.compressor(Long.MAX_VALUE, once)) {
      CompressingOutputStream frames = new CompressingOutputStream(out, compressor);
      frames.write(content, 0, 2 * FRAME - 1);
      assertThat(begun).hasSize(1);
      assertThat(out.size()).isZero();

      begun.getFirst().run();
      frames.write(content, 2 * FRAME - 1, 6);
      frames.finish();
    }

    assertThat(out.toByteArray()).isEqualTo(compress(Compression.USUAL, content, content.length));
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void makesTheSameFrameAsAfterSomethingElse(Compression compression) throws IOException {
    byte[] content = content(300_000);
    byte[] alone = compress(compression, content, 300_000);
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    try (FrameCompressor compressor = compression.compressor(Long.MAX_VALUE, OTHERS)) {
      CompressingOutputStream given =
          new CompressingOutputStream(new ByteArrayOutputStream(), compressor);
      given.write(content(FRAME + 1_000_000));
      CompressingOutputStream next = new CompressingOutputStream(out, compressor);
      next.write(content);
      next.finish();
      assertThat(out.toByteArray()).isEqualTo(alone);
      next.write(content);
      next.finish();
    }

    assertThat(out.toByteArray()).hasSize(2 * alone.length).startsWith(alone).endsWith(alone);
  }

  @Test
  void makesGzipThatTheJdksOwnReaderTakes() throws IOException {
    byte[] content = content(300_000);

    byte[] made = compress(Compression.GZIP, content, 1000);

    assertThat(new GZIPInputStream(new ByteArrayInputStream(made)).readAllBytes())
        .isEqualTo(content);
    assertThat(made).startsWith(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
  }

  private static byte[] decompressed(byte[] compressed, Compression compression)
      throws IOException {
    try (InputStream in =
        Decompression.of(new ByteArrayInputStream(compressed), compression.made())) {
      return in.readAllBytes();
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

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Every second time. */
  private static IdleCores sometimes() {
    AtomicInteger asked = new AtomicInteger();
    return task -> asked.incrementAndGet() % 2 == 0 ? OTHERS.begin(task) : Optional.empty();
  }

  private static byte[] compress(Compression compression, byte[] content, int piece)
      throws IOException {
    return compress(compression, content, piece, IdleCores.NONE);
  }

  private static byte[] compress(Compression compression, byte[] content, int piece, IdleCores idle)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (FrameCompressor compressor = compression.compressor(content.length, idle)) {
      CompressingOutputStream frames = new CompressingOutputStream(out, compressor);
      for (int at = 0; at < content.length; at += piece) {
        frames.write(content, at, Math.min(piece, content.length - at));
      }
      frames.finish();
    }
    return out.toByteArray();
  }
}
