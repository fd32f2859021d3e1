package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagDocument;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A copy of a bucket's folder, which other tools are to read. */
class IndexTest extends CliCase {
  private String repository() {
    return "file://" + folder.resolve("copy");
  }

  private Path file(String name) {
    return folder.resolve("copy").resolve(name);
  }

  /** What lies in the bucket: the blobs are the same, and each tag is a file. */
  private void copyTwo() throws IOException {
    saveTwo(repository());
    Files.createDirectories(file("tags"));
    for (String name : new String[] {"first", "second", "latest"}) {
      Tag tag = new Tag(name);
      StoreReference reference = StoreReference.repository(repository()).with(tag);
      StoredManifest manifest = stores().of(reference).manifest(tag).orElseThrow();
      Files.write(
          file("tags/" + name),
          TagDocument.of(manifest.mediaType(), manifest.content()).toJson(tag));
    }
    Files.delete(file("index.json"));
  }

  private Ran index() {
    return run("index", folder.resolve("copy").toString());
  }

  @Test
  void makesACopyOfABucketALayout() throws IOException {
    copyTwo();

    Ran ran = index();

    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).isEqualTo("3 tags in " + file("index.json") + "\n");
    assertThat(ran.code()).isZero();
    assertThat(run("verify", repository() + ":first").code()).isZero();
    assertThat(run("list", repository()).out()).contains("2 caches in 3 tags");
  }

  @Test
  void followsACopyThatWasMadeAgain() throws IOException {
    copyTwo();
    index();
    Files.delete(file("tags/first"));

    Ran ran = index();

    assertThat(ran.out()).contains("2 tags in ", ", 1 of before removed");
    assertThat(run("list", repository()).out()).contains("1 cache in 2 tags");
  }

  @Test
  void leavesOutWhatIsNotWhole() throws IOException {
    copyTwo();
    Files.writeString(file("tags/broken"), "{}");
    Files.writeString(file("tags/no tag"), "{}");
    Manifest first = manifestOf("first");
    Files.delete(file("blobs/sha256/" + first.config().digest().hex()));
    byte[] lost = "lost".getBytes(StandardCharsets.UTF_8);
    Files.writeString(
        file("tags/lost"),
        "{\"mediaType\":\""
            + MediaType.OCI_MANIFEST
            + "\",\"digest\":\""
            + Digest.of(lost)
            + "\",\"size\":4}");

    Ran ran = index();

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains(
            "left out: broken: ",
            "left out: first: 1 of its blobs are not there",
            "left out: lost: its manifest is not there");
    assertThat(ran.out()).contains("2 tags in ", "; left out: 3");
  }

  private Manifest manifestOf(String name) throws IOException {
    TagDocument document = TagDocument.parse(Files.readAllBytes(file("tags/" + name)));
    return Manifest.parse(document.content().orElseThrow(), MediaType.OCI_MANIFEST);
  }

  @Test
  void writesNothingWhereNoBucketWasCopiedTo() throws IOException {
    Files.createDirectories(file("tags"));
    for (String layout : new String[] {"", "{}", "{\"imageLayoutVersion\":\"2.0.0\"}"}) {
      if (!layout.isEmpty()) {
        Files.writeString(file("oci-layout"), layout);
      }
      Ran ran = index();

      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.err()).contains("is no copy of a bucket's folder").hasLineCount(1);
      assertThat(file("index.json")).doesNotExist();
    }
  }

  @Test
  void letsSkopeoReadTheCopy() throws Exception {
    copyTwo();
    index();
    Process skopeo = skopeo("inspect", "--raw", "oci:" + folder.resolve("copy") + ":second");

    byte[] printed = skopeo.getInputStream().readAllBytes();
    assertThat(skopeo.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(skopeo.exitValue()).isZero();
    assertThat(printed)
        .isEqualTo(
            TagDocument.parse(Files.readAllBytes(file("tags/second"))).content().orElseThrow());
    Process copy =
        skopeo(
            "copy",
            "oci:" + folder.resolve("copy") + ":second",
            "oci:" + folder.resolve("other") + ":second");
    assertThat(copy.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(copy.exitValue()).isZero();
  }

  private Process skopeo(String... arguments) throws IOException {
    String[] command = new String[arguments.length + 1];
    command[0] = "skopeo";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      return Assumptions.abort("no skopeo is installed");
    }
  }
}
