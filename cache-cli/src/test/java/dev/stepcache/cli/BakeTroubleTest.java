package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Platform;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be baked is said in a line with the cure, and nothing is tagged. */
class BakeTroubleTest extends BakeCase {
  private static final FakeRegistry registry = FakeRegistry.plain();
  private static boolean isFilled;

  @BeforeEach
  void prepare() throws IOException {
    if (!isFilled) {
      fill();
      isFilled = true;
    }
    Files.createDirectories(folder.resolve("work/sub"));
    Files.writeString(folder.resolve("work/file"), "f");
    Files.createSymbolicLink(folder.resolve("work/link"), Path.of("file"));
  }

  private void fill() throws IOException {
    image(repository("base"), "1", tar().file("usr/tool", 0755, "t"));
    image(
        repository("tools"),
        "1",
        tar()
            .folder("app")
            .file("app/tool", 0755, "t")
            .symlink("app/link", "../usr/bin/tool")
            .hardLink("app/hard", "app/tool")
            .symlink("bin", "usr/bin")
            .folder("app/sub")
            .hardLink("app/sub/out", "app/tool"));
    put(
        repository("windows"),
        "1",
        image(
            repository("windows"),
            new Platform("windows", "amd64"),
            false,
            tar().file("w", 0644, "w")));
    cached("mod", "m/a.go", "a");
    cached("build", "b", "b");
    savePaths(repository("cache"), "4d".repeat(32));
    write("one/file", 10);
    save(repository("single"), "first", FIRST);
    write("usr/file", 10);
    save(repository("system"), "first", FIRST);
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  private String repository(String name) {
    return "oci://" + registry.host() + "/team/" + name;
  }

  private Ran bakeWith(String arguments) {
    List<String> all = new ArrayList<>(List.of(repository("builder")));
    if (!arguments.contains("--base")) {
      all.addAll(List.of("--base", repository("base") + ":1"));
    }
    all.addAll(List.of("--working-dir", folder.resolve("work").toString()));
    for (String word : arguments.strip().split(" +")) {
      all.add(word.replace("@", repository("")));
    }
    return bake(all.toArray(String[]::new));
  }

  @AfterEach
  void mend() {
    registry.mend();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1 | --base @none:1 | nothing is there: oci://",
        "1 | --base @base:1 --platform linux/arm64 | the image is for linux/amd64, this is",
        "1 | --base @windows:1 | is an image for windows/amd64: only images for linux can be baked",
        "2 | --base golang:1 | --base: 'golang:1' is no image reference: wants host/name:tag",
        "1 | --copy @tools:1:/app/none=/opt/t | is not there: that image has no /app/none",
        "1 | --copy @tools:1:/app=/opt/t | is a folder: write",
        "1 | --copy @tools:1:/app/tool/=/opt/t | is no folder there: leave out the slash",
        "1 | --copy @tools:1:/app/link=/opt/t | is a link to ../usr/bin/tool there: name the path",
        "1 | --copy @tools:1:/app/hard=/opt/t | is a link to app/tool there: name the path",
        "1 | --copy @tools:1:/bin/tool=/opt/t | /bin is a symlink to usr/bin there: name the path",
        "1 | --copy @tools:1:/app/sub/=/opt/t | app/sub/out is a hard link out of it, to app/tool",
        "2 | --copy @tools:1:/../etc/passwd=/opt/t | is no path in an image: leave out '.' and '..'",
        "1 | --copy none=/opt/t | none is not there",
        "1 | --copy sub=/opt/t | is a folder: write sub/ to copy it with all in it",
        "1 | --copy file/=/opt/t | is no folder: leave out the slash behind it",
        "1 | --copy link=/opt/t | link is a symlink to file: name the path that it leads to",
        "2 | --copy ../secret=/opt/t | '../secret' leads out of the working directory",
        "2 | --copy /etc/passwd=/opt/t | is not in the working directory: wants a relative path",
        "2 | --copy file=opt/t | 'opt/t' is no path in an image: wants an absolute one",
        "2 | --copy oci://h.example/tool:1=/opt/t | names no path in an image: wants IMAGE:/PATH",
        "2 | --copy file | wants IMAGE:/PATH=/DESTINATION or PATH=/DESTINATION",
        "2 | --copy file=/proc/t | '/proc/t' is hidden when an image runs: choose another path",
        "1 | --copy file=/opt/t --copy file=/opt/t/x | two things at one path: a copy of file at /opt/t",
        "1 | --cache @cache:latest=mod:/a,build:/a/b | two things at one path: the cache",
        "1 | --cache @cache:latest --copy file=/mod/m/x | two things at one path: a copy of file at",
        "1 | --cache @none:latest=/a | there is no cache oci://",
        "1 | --cache @tools:1=/a | is not a cache: no cache-upload made it; files of images come by",
        "1 | --cache @cache:latest=/a | is a cache of the paths build, mod: write NAME:/path",
        "1 | --cache @cache:latest=modules:/a | it has none named modules",
        "1 | --cache @single:first | is a cache of one path: say where it goes",
        "1 | --cache @system:first=/ | has a folder usr, and /usr is a folder of the system",
        "2 | --cache @single:first=/usr | '/usr' is a folder of the system: choose a path",
        "2 | --cache @single:first=relative | 'relative' is no path in an image",
        "2 | --cache @cache:latest=mod:/a,mod:/b | gives mod two paths",
        "2 | --platform amd64 | --platform: 'amd64': wants such as linux/amd64",
        "2 | --env =x | --env: '=x': wants NAME=VALUE",
        "2 | --tag a/b | --tag: tag 'a/b': wants 1 to 128 letters",
        "2 | --owner root | --owner: 'root': wants UID or UID:GID",
        "2 | --times /a=yesterday | --times: 'yesterday': wants constant, real or future",
      })
  void saysWhatIsWrongAndTagsNothing(int code, String arguments, String says) {
    registry.forgetSeen();

    Ran ran = bakeWith(arguments);

    assertThat(ran.err()).contains(says).hasLineCount(1);
    assertThat(ran.code()).isEqualTo(code);
    assertThat(registry.seen("PUT", "")).isEmpty();
    assertThat(registry.seen("POST", "")).isEmpty();
  }

  @Test
  void aCacheOfAnotherPlatformIsRefusedUnlessItFitsAny() throws IOException {
    imagesOfTwo(
        repository("base"),
        "2",
        image(repository("base"), AMD64, false, tar().file("a", 0644, "x")),
        image(repository("base"), ARM64, false, tar().file("a", 0644, "y")));
    String[] arguments = {
      repository("builder"),
      "--base",
      repository("base") + ":2",
      "--platform",
      "linux/arm64",
      "--cache",
      repository("cache") + ":latest"
    };

    Ran ran = bake(arguments);

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains("is a cache of linux/amd64, the image is for linux/arm64", "--any-platform")
        .hasLineCount(1);
  }

  @Test
  void aCacheIsNeverReplacedByAnImage() {
    Ran ran = bake(repository("cache"), "--base", repository("base") + ":1", "--tag", "latest");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains(":latest is a cache: an image needs another tag")
        .hasLineCount(1);
    assertThat(run("verify", "--insecure", repository("cache") + ":latest").code()).isZero();
  }

  @Test
  void aCacheOfANewerFormatIsLeftToANewerStepcache() throws IOException {
    byte[] newer =
        new String(registry.manifest("team/cache", "latest").orElseThrow())
            .replace("\"dev.stepcache.format\":\"1\"", "\"dev.stepcache.format\":\"2\"")
            .getBytes();
    registry.addManifest(
        "team/cache", "newer", "application/vnd.oci.image.manifest.v1+json", newer);

    Ran ran = bakeWith("--cache @cache:newer");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("is of format 2", "update stepcache").hasLineCount(1);
  }

  @Test
  void aRegistryThatTakesNoOciImagesIsSaidHowToBeServed() {
    registry.always(
        "PUT", "/team/builder/manifests/", Fault.status(400, "manifest invalid: media type"));

    Ran ran = bakeWith("--cache @cache:latest");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("--format docker").hasLineCount(1);
  }

  @Test
  void aBaseThatWantsALoginSaysSo() {
    registry.always("GET", "/team/base/manifests/", Fault.status(401));

    Ran ran = bakeWith("--tag one");

    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err()).contains("/team/base", "401");
  }
}
