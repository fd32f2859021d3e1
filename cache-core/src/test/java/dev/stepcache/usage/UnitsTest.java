package dev.stepcache.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
  private static final String HASH = "ab" + "0".repeat(62);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          mod/example.com/m@v1.2.3/go.mod                              | mod/example.com/m@v1.2.3
          mod/example.com/!up/m/v2@v2.0.0-2020-ab/a@b/c.go             | mod/example.com/!up/m/v2@v2.0.0-2020-ab
          mod/example.com/m@v1.2.3+incompatible/go.mod                 | mod/example.com/m@v1.2.3+incompatible
          mod/golang.org/toolchain@v0.0.1-go1.26.0.linux-amd64/bin/go  | mod/golang.org/toolchain@v0.0.1-go1.26.0.linux-amd64
          example.com/m@v1.2.3/go.mod                                  | example.com/m@v1.2.3
          mod/cache/download/example.com/m/@v/v1.2.3.mod               | mod/example.com/m@v1.2.3
          mod/cache/download/example.com/m/@v/v1.2.3.ziphash           | mod/example.com/m@v1.2.3
          mod/cache/download/example.com/!up/m/v2/@v/v2.0.0.info       | mod/example.com/!up/m/v2@v2.0.0
          mod/cache/download/example.com/m/@v/v1.0.0+incompatible.zip  | mod/example.com/m@v1.0.0+incompatible
          cache/download/example.com/m/@v/v1.2.3.lock                  | example.com/m@v1.2.3
          mod/cache/download/example.com/m/@v/list                     | -
          mod/cache/download/example.com/m/@v/v1.2.3.zip12345.tmp      | -
          mod/cache/download/example.com/m/@latest                     | -
          mod/cache/download/sumdb/sum.golang.org/tile/8/0/001         | -
          mod/cache/vcs/0123/objects/pack/m@v1.pack                    | -
          mod/cache/lock                                               | -
          mod/example.com/m@main/go.mod                                | -
          mod/example.com/m@v1.2.3                                     | -
          cache/trim.txt                                               | -
          golangci-lint/README                                         | -
          """)
  void ofGoAreVersionsOfModules(String name, String unit) {
    assertThat(Units.GO.of(name)).isEqualTo(unit == null ? "" : unit);
  }

  @ParameterizedTest
  @CsvSource({"-a", "-d"})
  void ofGosBuildCacheAreItsEntriesFilesOrFolders(String kind) {
    String entry = "cache/ab/" + HASH + kind;

    assertThat(Units.GO.of(entry)).isEqualTo(entry);
    assertThat(Units.GO.of(entry + "/program")).isEqualTo(entry);
    assertThat(Units.GO.of("cache/cd/" + HASH + kind)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          repository/org/example/m/1.2.3/m-1.2.3.jar                        | repository/org/example/m/1.2.3
          repository/org/example/m/1.2.3/m-1.2.3-sources.jar.sha1           | repository/org/example/m/1.2.3
          repository/org/example/m/1.2.3/_remote.repositories               | repository/org/example/m/1.2.3
          repository/junit/junit/4.13/junit-4.13.pom                        | repository/junit/junit/4.13
          repository/o/m/1-SNAPSHOT/m-1-20260101.120000-1.jar               | repository/o/m/1-SNAPSHOT
          repository/o/m/1-SNAPSHOT/m-1-SNAPSHOT.jar                        | repository/o/m/1-SNAPSHOT
          repository/o/m/1-SNAPSHOT/maven-metadata-central.xml              | -
          repository/org/example/m/maven-metadata-central.xml               | -
          repository/org/example/m/1.2.3/other-1.2.3.jar                    | -
          repository/archetype-catalog.xml                                  | -
          repository/.cache/m2e/1/n                                         | -
          m-1/m/m-1                                                         | -
          """)
  void ofMavenAreVersionsOfArtifacts(String name, String unit) {
    assertThat(Units.MAVEN.of(name)).isEqualTo(unit == null ? "" : unit);
  }

  @ParameterizedTest
  @CsvSource({"a/b@v1.0.0/c", "_cacache/index-v5/aa/bb/cc"})
  void ofToolsThatNobodyTriedAreNone(String name) {
    assertThat(Units.NONE.of(name)).isEmpty();
  }
}
