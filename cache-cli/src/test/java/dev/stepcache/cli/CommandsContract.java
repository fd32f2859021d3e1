package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each command does, whichever store the caches lie in. */
abstract class CommandsContract extends CliCase {
  /** Where caches are saved; nothing is there. */
  abstract String repository();

  /** Changes a bit of what the store keeps of a blob. */
  abstract void damage(Digest blob) throws IOException;

  /** Takes a blob away behind the store's back. */
  abstract void lose(Digest blob) throws IOException;

  static byte[] flipped(byte[] content) {
    byte[] flipped = content.clone();
    flipped[content.length / 2] ^= 1;
    return flipped;
  }

  static void damage(Path file) throws IOException {
    Files.write(file, flipped(Files.readAllBytes(file)));
  }

  private Manifest manifest(String tag) throws IOException {
    return manifest(repository(), tag);
  }

  private void damage(Descriptor blob) throws IOException {
    damage(blob.digest());
  }

  @Test
  void listSaysWhatCachesShareAndWhatEachTakes() throws IOException {
    saveTwo(repository());
    saveForeign(repository(), "image");

    Ran ran = runInsecurely("list", repository());

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(lines(ran.out()))
        .hasSize(5)
        .satisfiesExactly(
            head -> assertThat(head).matches("TAG +KEY +PLATFORM +AGE +SIZE +SHARED +ALONE"),
            first -> assertThat(first).matches("first +1a1a1a1a1a1a +\\S+/\\S+ +2 h .*"),
            latest -> assertThat(latest).startsWith("latest ").contains("2b2b2b2b2b2b"),
            second -> assertThat(second).startsWith("second ").contains("2b2b2b2b2b2b"),
            sum ->
                assertThat(sum)
                    .startsWith("2 caches in 3 tags, ")
                    .endsWith(" in all; 1 tag is no cache (--all lists it)"));
  }

  @Test
  void listNamesWhatIsNoCacheWhereThatIsAskedFor() throws IOException {
    saveForeign(repository(), "image");

    Ran ran = runInsecurely("list", "--all", repository());

    assertThat(lines(ran.out()))
        .containsExactly("image  not a cache", "no caches; 1 tag is no cache");
    assertThat(ran.code()).isZero();
  }

  @Test
  void listAsJsonHasTheFiguresToTheByte() throws IOException {
    saveTwo(repository());
    saveForeign(repository(), "image");
    List<Descriptor> first = manifest("first").layers();
    List<Descriptor> second = manifest("second").layers();
    long shared = first.stream().filter(second::contains).mapToLong(Descriptor::size).sum();
    long size = first.stream().mapToLong(Descriptor::size).sum();

    Ran ran = runInsecurely("list", "--output", "json", "--sort", "size", repository());

    JsonNode root = Json.object(ran.out().getBytes(StandardCharsets.UTF_8), "the answer");
    assertThat(root.path("repository").asText()).isEqualTo(repository());
    assertThat(root.path("others").findValuesAsText("")).isEmpty();
    assertThat(root.path("others").get(0).asText()).isEqualTo("image");
    assertThat(root.path("broken")).isEmpty();
    assertThat(root.path("caches").findValuesAsText("tag"))
        .containsExactly("latest", "second", "first");
    JsonNode last = root.path("caches").get(2);
    assertThat(last.path("key").asText()).isEqualTo(FIRST.hex());
    assertThat(last.path("created").asText()).startsWith("20");
    assertThat(last.path("size").asLong()).isEqualTo(size);
    assertThat(last.path("shared").asLong()).isEqualTo(shared).isPositive();
    assertThat(last.path("alone").asLong()).isEqualTo(size - shared).isPositive();
    long stored =
        size
            + second.stream()
                .filter(layer -> !first.contains(layer))
                .mapToLong(Descriptor::size)
                .sum();
    assertThat(root.path("stored").asLong()).isEqualTo(stored);
  }

  @Test
  void listNamesABrokenCacheAndListsTheOthers() throws IOException {
    saveTwo(repository());
    damage(manifest("first").config());

    Ran ran = runInsecurely("list", repository());

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out())
        .containsPattern("(?m)^first +broken: ")
        .containsPattern("(?m)^second +2b2b")
        .contains("; broken: 1");
  }

  @Test
  void eachSaysThatNothingIsThere() {
    for (String command : List.of("list", "show", "verify")) {
      Ran ran = runInsecurely(command, repository());

      assertThat(ran.code()).as(command).isEqualTo(1);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err()).startsWith("stepcache: nothing is there: ").hasLineCount(1);
    }
  }

  @Test
  void showTellsOfLayersAndFolders() throws IOException {
    saveTwo(repository());

    Ran ran = runInsecurely("show", repository() + ":second");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .containsPattern("(?m)^cache +" + repository() + ":second$")
        .containsPattern("(?m)^digest +sha256:[0-9a-f]{64}$")
        .containsPattern("(?m)^format +1$")
        .containsPattern("(?m)^key +" + SECOND.hex() + "$")
        .containsPattern("(?m)^paths +one, without a name$")
        .containsPattern("(?m)^entries +5$")
        .containsPattern("(?m)^bytes +691 kB, stored as \\d+ kB$")
        .containsPattern("(?m)^sha256:\\S+ +\\S+ kB +~1 +3 of 4 \\(75 %\\) +1 of 4 \\(25 %\\)$")
        .containsPattern("(?m)^sha256:\\S+ +\\S+ kB +~2 +2 of 2 \\(100 %\\) +0 of 2 \\(0 %\\)$")
        .containsPattern("(?m)^sha256:\\S+ +.* index$")
        .containsPattern(
            "(?s)  mod +541 kB\n    cache +500 kB\n    example.com +41 kB\n  build +150 kB\n    ab +100 kB\n    cd +50 kB");
    assertThat(runInsecurely("show", repository() + "@" + digestOf(ran)).out())
        .contains(SECOND.hex());
  }

  private static String digestOf(Ran ran) {
    return ran.out().replaceAll("(?s).*?digest +(sha256:[0-9a-f]+).*", "$1");
  }

  @Test
  void showAndVerifyRefuseWhatIsNoCache() throws IOException {
    saveForeign(repository(), "image");
    for (String command : List.of("show", "verify")) {
      Ran ran = runInsecurely(command, repository() + ":image");

      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.err()).contains(" is not a cache").hasLineCount(1);
    }
  }

  @Test
  void verifyFindsAWholeCacheWhole() throws IOException {
    saveTwo(repository());

    Ran ran = runInsecurely("verify", repository() + ":second");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .startsWith("whole: " + repository() + "@sha256:")
        .contains("manifest, config and 3 layers, ")
        .hasLineCount(1);
  }

  @Test
  void verifyNamesEachBrokenBlob() throws IOException {
    saveTwo(repository());
    List<Descriptor> layers = manifest("second").layers();
    damage(layers.get(0));
    lose(layers.get(1).digest());

    Ran ran = runInsecurely("verify", repository() + ":second");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(lines(ran.out()))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("broken: layer 1 " + layers.get(0).digest() + ": "))
        .anyMatch(line -> line.startsWith("broken: layer 2 " + layers.get(1).digest() + ": "));
    assertThat(ran.err()).contains("is broken, in 2 places").hasLineCount(1);
  }

  @Test
  void verifyReadsTheLayersThoughTheIndexOrTheConfigIsBroken() throws IOException {
    saveTwo(repository());
    Manifest manifest = manifest("second");
    damage(manifest.layers().getFirst());
    damage(manifest.layers().getLast());

    Ran ran = runInsecurely("verify", repository() + ":second");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("broken: index layer ", "broken: layer 1 ");
    damage(manifest.config());
    assertThat(runInsecurely("verify", repository() + ":second").out())
        .contains("broken: config ", "broken: index layer ", "broken: layer 1 ")
        .hasLineCount(3);
  }
}
