package dev.stepcache.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.tree.EntryName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
  @TempDir Path folder;

  private record Read(TarEntry entry, String content) {}

  private static List<Read> read(byte[] tar) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(tar));
    List<Read> all = new ArrayList<>();
    for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
      all.add(new Read(next.get(), new String(reader.content().readAllBytes(), UTF_8)));
    }
    return all;
  }

  private static byte[] tar(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  private static byte[] block(String content) {
    return Arrays.copyOf(content.getBytes(UTF_8), (int) TarHeader.padded(content.length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "posix", "ustar", "oldgnu", "v7"})
  void readsEachFormatOfGnuTar(String format) throws Exception {
    Path in = Files.createDirectories(folder.resolve("in"));
    Files.writeString(in.resolve("hello"), "hello");
    Files.createSymbolicLink(in.resolve("link"), Path.of("/dangling"));
    Files.createLink(in.resolve("second"), in.resolve("hello"));
    boolean longNames = !format.equals("ustar") && !format.equals("v7");
    String deep = longNames ? "d".repeat(150) + "/" + "e".repeat(200) : "d/e";
    Files.createDirectories(in.resolve(deep).getParent());
    Files.writeString(in.resolve(deep), "deep");
    Path tar = folder.resolve("x.tar");
    Process process =
        new ProcessBuilder(
                "tar",
                "--format=" + format,
                "--sort=name",
                "-C",
                in.toString(),
                "-cf",
                tar.toString(),
                ".")
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();

    List<Read> entries = read(Files.readAllBytes(tar));

    assertThat(entries.getFirst().entry().name()).isEmpty();
    assertThat(entries)
        .anySatisfy(read -> {
          assertThat(read.entry().name()).contains(new EntryName(deep));
          assertThat(read.content()).isEqualTo("deep");
        })
        .anySatisfy(read -> {
          assertThat(read.entry().type()).isEqualTo(TarEntry.Type.SYMLINK);
          assertThat(read.entry().target()).isEqualTo("/dangling");
        })
        .anySatisfy(read -> {
          assertThat(read.entry().type()).isEqualTo(TarEntry.Type.HARD_LINK);
          assertThat(read.entry().target()).isEqualTo("hello");
        });
  }

  @Test
  void readsPaxTimesToTheNanosecond() throws Exception {
    Path in = Files.createDirectories(folder.resolve("in"));
    Files.writeString(in.resolve("f"), "x");
    Files.setLastModifiedTime(
        in.resolve("f"), FileTime.from(Instant.parse("2199-12-31T23:59:59.123456789Z")));
    Path tar = folder.resolve("x.tar");
    new ProcessBuilder("tar", "--format=posix", "-C", in.toString(), "-cf", tar.toString(), "f")
        .start()
        .waitFor();

    TarEntry entry = read(Files.readAllBytes(tar)).getFirst().entry();

    assertThat(entry.mtime() % 1_000_000_000L).isEqualTo(123_456_789L);
  }

  @Test
  void knowsSizesBeyondEightGigabytes() throws IOException {
    TarHeader large = TarHeader.file("large", false, 9L << 30);
    TarReader reader = new TarReader(new ByteArrayInputStream(large.bytes()));

    assertThat(reader.next().orElseThrow().size()).isEqualTo(9L << 30);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/passwd", "../x", "a/../../x", "a/./b", "a//b", "..", "a/..", "a\0b/.."})
  void refusesANameThatCouldLeaveTheTree(String name) {
    byte[] tar = tar(TarHeader.file(name.replace("\0", ""), false, 0).bytes());
    assertThatThrownBy(() -> read(tar)).isInstanceOf(CorruptArchiveException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../x", "."})
  void refusesAHardLinkToWhatLiesOutside(String target) {
    byte[] tar = tar(TarHeader.hardLink("x", false, target).bytes());
    assertThatThrownBy(() -> read(tar)).isInstanceOf(CorruptArchiveException.class);
  }

  @Test
  void refusesANameThatIsNoUtf8() {
    byte[] name = {'a', (byte) 0xff};
    byte[] tar = tar(new TarHeader('0', name, 0644, 0, new byte[0]).bytes());
    assertThatThrownBy(() -> read(tar)).isInstanceOf(CorruptArchiveException.class);
  }

  @Test
  void refusesAWrongChecksum() {
    byte[] header = TarHeader.file("f", false, 0).bytes();
    header[0] = 'g';
    assertThatThrownBy(() -> read(tar(header))).isInstanceOf(CorruptArchiveException.class);
  }

  @Test
  void refusesEachPrefixOfATar() throws IOException {
    byte[] whole = tar(TarHeader.file("f", false, 5).bytes(), block("12345"));
    assertThat(read(whole)).hasSize(1);
    for (int length = 0; length <= whole.length - 1024; length += 64) {
      byte[] prefix = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(prefix)).isInstanceOf(CorruptArchiveException.class);
    }
  }

  @Test
  void refusesWhatComesBehindTheEnd() {
    byte[] tar = tar(new byte[1024], TarHeader.file("f", false, 5).bytes(), block("12345"));
    assertThatThrownBy(() -> read(tar)).isInstanceOf(CorruptArchiveException.class);
  }

  @Test
  void refusesContentBehindAFolderOrLink() {
    byte[] link = new TarHeader('2', new byte[] {'l'}, 0777, 512, new byte[] {'t'}).bytes();
    byte[] tar = tar(link, block("x"));
    assertThatThrownBy(() -> read(tar)).isInstanceOf(CorruptArchiveException.class);
  }

  @Test
  void refusesAPaxSizeThatIsNone() {
    for (String size : List.of("-1", "1e9", "99999999999999999999", "")) {
      byte[] tar = tar(pax("size", size), TarHeader.file("f", false, 0).bytes());
      assertThatThrownBy(() -> read(tar)).isInstanceOf(CorruptArchiveException.class);
    }
  }

  @Test
  void refusesATimeOfMillionsOfDigitsAtOnce() {
    byte[] tar =
        tar(pax("mtime", "1" + "0".repeat(100_000)), TarHeader.file("f", false, 0).bytes());
    assertThatThrownBy(() -> read(tar)).isInstanceOf(CorruptArchiveException.class);
  }

  @Test
  void refusesAnExtensionThatIsTooLarge() {
    byte[] header = new TarHeader('x', "p".getBytes(UTF_8), 0644, 2 << 20, new byte[0]).bytes();
    assertThatThrownBy(() -> read(tar(header))).isInstanceOf(LimitException.class);
  }

  @Test
  void neverFailsOtherwiseThanAsAnIoException() {
    byte[] whole =
        tar(
            pax("path", "some/longer/name"),
            TarHeader.file("f", false, 5).bytes(),
            block("12345"),
            TarHeader.symlink("l", "t").bytes());
    Random random = new Random(23);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = whole.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(read(bytes).size()).isLessThan(10);
      } catch (CorruptArchiveException | LimitException expected) {
        assertThat(expected).hasMessageContaining("tar");
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static byte[] pax(String keyword, String value) {
    String rest = " " + keyword + "=" + value + "\n";
    int length = rest.length() + 1;
    while ((length + rest).length() != length) {
      length++;
    }
    String record = length + rest;
    byte[] header =
        new TarHeader('x', "p".getBytes(UTF_8), 0644, record.length(), new byte[0]).bytes();
    byte[] all = Arrays.copyOf(header, header.length + block(record).length);
    System.arraycopy(block(record), 0, all, header.length, block(record).length);
    return all;
  }
}
