package dev.stepcache.format;

import com.github.luben.zstd.Zstd;
import dev.stepcache.Fuzz;
import dev.stepcache.archive.Compression;
import dev.stepcache.archive.Decompression;
import dev.stepcache.archive.TarEntry;
import dev.stepcache.archive.TarReader;
import dev.stepcache.hostile.Corpus;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.resources.Resources;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** The readers of layers, with what no tool has ever written. */
class ReaderFuzzTest {
  private static final byte[] INDEX = IndexCodec.encode(IndexCodecTest.sample());

  /** The kinds of the entries, each with how much it has. */
  private static String read(InputStream in) throws IOException {
    TarReader tar = new TarReader(in);
    StringBuilder answer = new StringBuilder();
    for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
      TarEntry entry = next.get();
      long size = Math.min(entry.size(), 1 << 16);
      long content = tar.content().readNBytes((int) size).length;
      if (content != size) {
        throw new AssertionError("a file of " + size + " bytes has " + content);
      }
      answer.append(entry.type().ordinal());
    }
    return answer.toString();
  }

  /** Lets checksums agree with what looks like a header. */
  private static byte[] summed(byte[] tar) {
    for (int at = 0; at + 512 <= tar.length; at += 512) {
      if (tar[at + 154] != 0 || tar[at + 155] != ' ') {
        continue;
      }
      int sum = 0;
      for (int of = 0; of < 512; of++) {
        sum += of >= 148 && of < 156 ? ' ' : tar[at + of] & 0xff;
      }
      byte[] digits =
          String.format("%06o", sum).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      System.arraycopy(digits, 0, tar, at + 148, 6);
    }
    return tar;
  }

  @Test
  void tar() {
    Fuzz.run(Corpus.tars(), ReaderFuzzTest::summed, tar -> read(new ByteArrayInputStream(tar)));
  }

  @Test
  void zstd() {
    List<byte[]> seeds = new ArrayList<>();
    Corpus.tars().forEach(tar -> seeds.add(Zstd.compress(tar)));
    Fuzz.run(seeds, blob -> decompressed(blob, LayerCompression.ZSTD));
  }

  @Test
  void gzip() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (byte[] tar : Corpus.tars()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
        gzip.write(tar);
      }
      seeds.add(bytes.toByteArray());
    }
    Fuzz.run(seeds, blob -> decompressed(blob, LayerCompression.GZIP));
  }

  private static String decompressed(byte[] blob, LayerCompression compression) throws IOException {
    try (InputStream in = Decompression.of(new ByteArrayInputStream(blob), compression)) {
      return read(in);
    }
  }

  @Test
  void index() {
    Fuzz.run(
        List.of(INDEX),
        bytes ->
            "" + IndexCodec.decode(bytes, new MemoryBudget(Resources.ofThisJvm())).layers().size());
  }

  @Test
  void indexLayer() throws IOException {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    new IndexLayer(IndexCodecTest.sample(), Optional.of("recipe"), Set.of("a/gone"))
        .pack(Set.of("empty"), Compression.USUAL, blob);
    Fuzz.run(
        List.of(Samples.unzstd(blob.toByteArray())),
        ReaderFuzzTest::summed,
        tar ->
            ""
                + IndexLayer.read(
                        new ByteArrayInputStream(tar),
                        LayerCompression.NONE,
                        new MemoryBudget(Resources.ofThisJvm()))
                    .whiteouts()
                    .size());
  }
}
