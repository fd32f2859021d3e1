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
  @CsvSource({
    "_cacache/content-v2/sha512/0a/1b/2c3d",
    "_cacache/content-v2/sha1/0a/1b/2c3d",
    "npm/_cacache/content-v2/sha512/0a/1b/2c3d"
  })
  void ofNpmAreContents(String name) {
    assertThat(Units.NPM.of(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "_cacache/index-v5/0a/1b/2c3d",
    "_cacache/content-v2/sha512/0a/1b",
    "_cacache/content-v2/sha512/0a/1b/2c/3d",
    "_cacache/content-v2/sha512/0a/1b/x",
    "_cacache/tmp/0a1b2c",
    "my_cacache/content-v2/sha512/0a/1b/2c3d",
    "_logs/2026-debug-0.log"
  })
  void ofNpmIsNothingElse(String name) {
    assertThat(Units.NPM.of(name)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          home/registry/cache/index.example.com-1949cf8c6b5b557f/itoa-1.0.11.crate | home/registry/cache/index.example.com-1949cf8c6b5b557f/itoa-1.0.11.crate
          registry/cache/index.example.com-1/a-1.0.0.crate                         | registry/cache/index.example.com-1/a-1.0.0.crate
          home/registry/index/index.example.com-1/.cache/it/oa/itoa                | -
          home/registry/cache/a-1.0.0.crate                                      | -
          target/debug/.fingerprint/a-b-64bae39012d60436/lib-a-b                 | target/debug/64bae39012d60436
          target/debug/deps/liba_b-64bae39012d60436.rlib                         | target/debug/64bae39012d60436
          target/debug/deps/a_b-64bae39012d60436.d                               | target/debug/64bae39012d60436
          target/debug/deps/app-64bae39012d60436                                 | target/debug/64bae39012d60436
          target/debug/deps/app-64bae39012d60436.app.1234-cgu.0.rcgu.o           | target/debug/64bae39012d60436
          target/debug/examples/one-64bae39012d60436                             | target/debug/64bae39012d60436
          target/debug/build/a-64bae39012d60436/out/build/b-0123456789abcdef/x   | target/debug/64bae39012d60436
          target/x86_64-unknown-linux-musl/release/deps/a-64bae39012d60436.d     | target/x86_64-unknown-linux-musl/release/64bae39012d60436
          target/debug/build/a-64bae39012d60436                                  | -
          target/debug/deps/a-64bae39012d6043                                    | -
          target/debug/deps/a-64bae39012d6043X.d                                 | -
          target/debug/app                                                       | -
          target/debug/incremental/app-2k1x8m3z/s-1/query-cache.bin              | -
          deps/a-64bae39012d60436.d                                              | -
          target/.rustc_info.json                                                | -
          """)
  void ofCargoAreCratesAndWhatWasCompiledByOneHash(String name, String unit) {
    assertThat(Units.CARGO.of(name)).isEqualTo(unit == null ? "" : unit);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          http-v2/a/b/0/1/2/ab012cd                  | http-v2/a/b/0/1/2/ab012cd
          http-v2/a/b/0/1/2/ab012cd.body             | http-v2/a/b/0/1/2/ab012cd
          http/a/b/0/1/2/ab012cd                     | http/a/b/0/1/2/ab012cd
          wheels/1a/b0/8c/4b75/d-1.0-py3-none-any.whl | wheels/1a/b0/8c/4b75
          wheels/1a/b0/8c/4b75/origin.json           | wheels/1a/b0/8c/4b75
          http-v2/a/b/0/1/ab01                       | -
          http-v2/a/b/0/1/2/tmpx                     | -
          http-v2/a/b/0/1/zz/ab01                    | -
          wheels/1a/b0/8c/4b75/x/origin.json         | -
          selfcheck/ab01                             | -
          own-wheels/d-1.0-py3-none-any.whl          | -
          """)
  void ofPipAreResponsesAndWheels(String name, String unit) {
    assertThat(Units.PIP.of(name)).isEqualTo(unit == null ? "" : unit);
  }

  @ParameterizedTest
  @CsvSource({"a/b@v1.0.0/c", "_cacache/index-v5/aa/bb/cc"})
  void ofToolsThatNobodyTriedAreNone(String name) {
    assertThat(Units.NONE.of(name)).isEmpty();
  }
}
