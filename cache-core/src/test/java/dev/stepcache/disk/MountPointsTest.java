package dev.stepcache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MountPointsTest {
  private static final String ROOT = "20 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n";

  private static MountPoints of(String mounts, String folder) {
    return MountPoints.of(Mount.of(mounts), Path.of(folder));
  }

  private static String mount(int id, int parent, String point) {
    return id + " " + parent + " 0:30 /x " + point + " rw - tmpfs tmpfs rw\n";
  }

  @Test
  void areThoseBelowAFolderAndNotItselfOrBesideIt() {
    MountPoints points =
        of(
            ROOT
                + mount(21, 20, "/w")
                + mount(22, 21, "/w/cache")
                + mount(23, 22, "/w/cache/a/b")
                + mount(24, 21, "/w/cache-two/c")
                + mount(25, 23, "/w/cache/a/b/deeper"),
            "/w/cache");

    assertThat(Stream.of("a", "a/b", "a/b/deeper", "", "c", "-two/c").filter(points::has))
        .containsExactly("a/b");
    assertThat(points.near("a")).contains("a/b");
    assertThat(points.above("a")).isEmpty();
    assertThat(points.above("a/b/f")).contains("a/b");
    assertThat(points.near("a/bc")).isEmpty();
    assertThat(points.isEmpty()).isFalse();
  }

  @Test
  void haveTheirNamesInAnyScript() {
    MountPoints points =
        of(ROOT + mount(21, 20, "/w/a\\040b\\134c\\012d") + mount(22, 20, "/w/\u00c3\u00a9"), "/w");

    assertThat(points.has("a b\\c\nd")).isTrue();
    assertThat(points.has("\u00e9")).isTrue();
  }

  @Test
  void areNotThoseThatAnotherMountHides() {
    String hidden = ROOT + mount(21, 20, "/w/cache/old") + mount(22, 20, "/w");

    assertThat(of(hidden, "/w/cache").isEmpty()).isTrue();
    assertThat(of(hidden + mount(23, 22, "/w/cache/new"), "/w/cache").has("new")).isTrue();
    String twice = ROOT + mount(21, 20, "/w") + mount(22, 21, "/w") + mount(23, 22, "/w/m");
    assertThat(of(twice, "/w").has("m")).isTrue();
    assertThat(of(twice, "/").has("w")).isTrue();
  }

  @Test
  void countWhereTheRootIsNoMount() {
    assertThat(of(mount(21, 20, "/w/m"), "/w").has("m")).isTrue();
    assertThat(of("", "/w").isEmpty()).isTrue();
  }
}
