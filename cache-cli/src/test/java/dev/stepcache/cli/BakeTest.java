package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.archive.TarEntry;
import dev.stepcache.oci.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Caches and files in images that are baked, as whoever runs these sees them. */
class BakeTest extends RegistryBakeCase {
  private static final long CONSTANT = 315_619_200;
  private static final long FUTURE = 2_114_380_800;

  @Test
  void aCacheAtTheNamesOfItsPathsIsMostlyItsOwnLayers() throws IOException {
    cached("mod", "example.com/a@v1.0.0/a.go", "package a");
    cached("build", "out", "object");
    savePaths(repository("cache-go"), KEY);
    List<Descriptor> layers = manifest(repository("cache-go"), KEY).layers();

    Ran ran = bakeOn("--cache", repository("cache-go") + ":latest", "--tag", "one");

    assertFine(ran);
    Read baked = read(repository("builder") + ":one");
    assertThat(baked.manifest().layers()).containsAll(layers.subList(0, layers.size() - 1));
    assertThat(baked.files().get("mod/example.com/a@v1.0.0/a.go").content()).isEqualTo("package a");
    assertThat(baked.files().get("build/out").content()).isEqualTo("object");
    assertThat(baked.files().get("build/out").seconds()).isEqualTo(CONSTANT);
    assertThat(baked.files().get("usr/tool").content()).isEqualTo("new");
    assertThat(baked.files().keySet()).noneMatch(name -> name.contains(".stepcache"));
  }

  @Test
  void aBuildCacheOfGosKindGetsTimesThatGoNeitherDeletesNorDatesAnew() throws IOException {
    saveGo();

    assertFine(bakeOn("--cache", repository("cache-go") + ":latest"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("build/ab/ab" + "0".repeat(62) + "-a").seconds())
        .isEqualTo(FUTURE);
    assertThat(baked.files().get("build/README").seconds()).isEqualTo(FUTURE);
    // Others would take the future for fresh for ever.
    assertThat(baked.files().get("mod/example.com/a@v1.0.0/a.go").seconds()).isEqualTo(CONSTANT);
  }

  @Test
  void timesAreThoseThatWereAskedFor() throws IOException {
    saveGo();
    long saved =
        Files.getLastModifiedTime(folder.resolve("paths/mod/example.com/a@v1.0.0/a.go")).toMillis()
            / 1000;

    assertFine(
        bakeOn(
            "--cache",
            repository("cache-go") + ":latest",
            "--times",
            "/mod/example.com=real",
            "--times",
            "/build=constant"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("mod/example.com/a@v1.0.0/a.go").seconds()).isEqualTo(saved);
    assertThat(baked.files().get("mod/cache/download/example.com/a/@v/v1.0.0.zip").seconds())
        .isEqualTo(CONSTANT);
    assertThat(baked.files().get("build/README").seconds()).isEqualTo(CONSTANT);
  }

  @Test
  void aCacheGoesToAnotherPathAndThereIsNothingAtItsName() throws IOException {
    saveGo();
    Files.createSymbolicLink(folder.resolve("paths/mod/link"), Path.of("example.com"));
    Files.createLink(
        folder.resolve("paths/mod/example.com/hard"),
        folder.resolve("paths/mod/example.com/a@v1.0.0/a.go"));
    savePaths(repository("cache-go"), "5e".repeat(32));

    assertFine(
        bakeOn("--cache", repository("cache-go") + ":latest=mod:/go/pkg/mod,build:/gocache"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("go/pkg/mod/example.com/a@v1.0.0/a.go").content())
        .isEqualTo("package a");
    assertThat(baked.files().get("gocache/README").seconds()).isEqualTo(FUTURE);
    assertThat(baked.files().get("go/pkg/mod/link").entry().target()).isEqualTo("example.com");
    assertThat(
            List.of(
                baked.files().get("go/pkg/mod/example.com/hard").entry().target(),
                baked.files().get("go/pkg/mod/example.com/a@v1.0.0/a.go").entry().target()))
        .containsAnyOf("go/pkg/mod/example.com/a@v1.0.0/a.go", "go/pkg/mod/example.com/hard");
    assertThat(baked.files().keySet())
        .noneMatch(name -> name.startsWith("mod") || name.startsWith("build"));
  }

  @Test
  void aHardLinkWhoseFirstNameIsGoneIsStillAFile() throws IOException {
    cached("mod", "a", "shared");
    cached("mod", "z", "other");
    Files.createLink(folder.resolve("paths/mod/b"), folder.resolve("paths/mod/a"));
    Files.createLink(folder.resolve("paths/mod/c"), folder.resolve("paths/mod/a"));
    savePaths(repository("cache-go"), KEY);
    Files.delete(folder.resolve("paths/mod/a"));
    savePaths(repository("cache-go"), "5e".repeat(32));

    for (String cache : List.of(":latest", ":latest=mod:/m,build:/b")) {
      assertFine(bakeOn("--cache", repository("cache-go") + cache));

      Read baked = read(repository("builder") + ":latest");
      String path = cache.equals(":latest") ? "mod/" : "m/";
      assertThat(baked.files()).doesNotContainKey(path + "a");
      Seen first = baked.files().get(path + "b");
      assertThat(first.entry().type()).isEqualTo(TarEntry.Type.FILE);
      assertThat(first.content()).isEqualTo("shared");
      assertThat(baked.files().get(path + "c").entry().target()).isEqualTo(path + "b");
    }
  }

  @Test
  void aPathThatIsNotWantedIsLeftOut() throws IOException {
    saveGo();

    assertFine(bakeOn("--cache", repository("cache-go") + ":latest=mod:/mod"));

    assertThat(read(repository("builder") + ":latest").files().keySet())
        .contains("mod/example.com/a@v1.0.0/a.go")
        .noneMatch(name -> name.startsWith("build"));
  }

  @Test
  void foldersMayBeWrittenByGroup0AndNoFolderOfTheBaseIsTouched() throws IOException {
    saveGo();

    assertFine(bakeOn("--cache", repository("cache-go") + ":latest=mod:/usr/mod,build:/gocache"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("usr/mod").mode()).isEqualTo("775");
    assertThat(baked.files().get("usr/mod/example.com/a@v1.0.0").mode()).isEqualTo("775");
    assertThat(baked.files().get("gocache/ab").mode()).isEqualTo("775");
    assertThat(baked.files().get("usr").mode()).isEqualTo("755");
    long layersWithUsr =
        baked.manifest().layers().stream().skip(2).filter(layer -> layer.size() > 0).count();
    assertThat(layersWithUsr).isPositive();
  }

  @Test
  void filesThatAreWrittenToInPlaceMayBeWrittenByGroup0() throws IOException {
    cached("mod", "cache/lock", "");
    cached("mod", "cache/list", "v1.0.0");
    cached("build", "state.bin", "state");
    savePaths(repository("cache-go"), KEY);
    List<Descriptor> layers = manifest(repository("cache-go"), KEY).layers();
    String cache = repository("cache-go") + ":latest";

    assertFine(bakeOn("--cache", cache));

    // A lock is an empty file: it costs no layer.
    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.manifest().layers()).contains(layers.getFirst());
    assertThat(baked.files().get("mod/cache/lock").mode()).isEqualTo("664");
    assertThat(baked.files().get("build/state.bin").mode()).isEqualTo("644");
    assertFine(bakeOn("--cache", cache, "--writable", "/build"));
    baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("build/state.bin").mode()).isEqualTo("664");
    assertThat(baked.files().get("mod/cache/list").content()).isEqualTo("v1.0.0");
  }

  @Test
  void aCacheOfOnePathGoesWhereItIsTold() throws IOException {
    write("mod/one.zip", 1000);
    write("mod/two.zip", 900);
    save(repository("cache-m2"), "first", FIRST);
    Files.delete(folder.resolve("tree/mod/two.zip"));
    write("mod/three.zip", 800);
    save(repository("cache-m2"), "second", SECOND);

    assertFine(bakeOn("--cache", repository("cache-m2") + ":second=/"));
    assertThat(read(repository("builder") + ":latest").files().keySet())
        .contains("mod/one.zip", "mod/three.zip")
        .doesNotContain("mod/two.zip");

    assertFine(bakeOn("--cache", repository("cache-m2") + ":second=/root/.m2"));
    assertThat(read(repository("builder") + ":latest").files().keySet())
        .contains("root/.m2/mod/one.zip", "root/.m2/mod/three.zip")
        .doesNotContain("root/.m2/mod/two.zip", "root", "mod/one.zip");
  }

  @Test
  void aFileOfAnotherImageIsWhatItsTopmostLayerHas() throws IOException {
    image(
        repository("tools"),
        "1",
        tar().folder("ko-app").file("ko-app/ko", 0555, "first").file("ko-app/gone", 0755, "x"),
        tar().file("ko-app/ko", 0555, "second"),
        tar().file("ko-app/.wh.gone", 0, ""));

    assertFine(bakeOn("--copy", registry.host() + "/team/tools:1:/ko-app/ko=/usr/local/bin/ko"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("usr/local/bin/ko").content()).isEqualTo("second");
    assertThat(baked.files().get("usr/local/bin/ko").mode()).isEqualTo("555");
    assertThat(baked.files().keySet()).doesNotContain("usr/local", "usr/local/bin");
    Ran gone = bakeOn("--copy", registry.host() + "/team/tools:1:/ko-app/gone=/opt/gone");
    assertThat(gone.code()).isEqualTo(1);
    assertThat(gone.err()).contains("is not there: that image has no /ko-app/gone");
  }

  @Test
  void aFolderComesWithAllThatIsInIt() throws IOException {
    image(
        repository("tools"),
        "1",
        tar().file("opt/go/bin/go", 0755, "go").symlink("opt/go/latest", "bin/go"),
        tar().hardLink("opt/go/hard", "opt/go/hard2").file("opt/go/hard2", 0644, "h"),
        tar().file("opt/go/lib/x", 0644, "x").file("opt/other", 0644, "o"));
    Files.createDirectories(folder.resolve("scripts/sub"));
    Files.writeString(folder.resolve("scripts/sub/a.sh"), "a");

    assertFine(
        bakeOn(
            "--copy",
            repository("tools") + ":1:/opt/go/=/usr/local/go",
            "--copy",
            "scripts/=/opt/scripts",
            "--working-dir",
            folder.toString()));

    assertThat(read(repository("builder") + ":latest").files().keySet())
        .contains(
            "usr/local/go/bin/go",
            "usr/local/go/latest",
            "usr/local/go/hard",
            "usr/local/go/lib/x",
            "opt/scripts/sub/a.sh")
        .doesNotContain("opt/other");
  }
}
