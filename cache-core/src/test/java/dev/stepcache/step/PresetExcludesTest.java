package dev.stepcache.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.key.Excludes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Presets leave out what their tools make for one run, and nothing that a package may ship. */
class PresetExcludesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          maven    | repository/org/x/1/x-1.jar.lastUpdated             | true
          maven    | repository/org/x/1/x-1.jar.7236482.part            | true
          maven    | repository/org/x/1/resolver-status.properties      | true
          maven    | repository/org/x/1/x-1.part                        | false
          maven    | wrapper/dists/x.lastUpdated                        | false
          gradle   | caches/journal-1/journal-1.lock                    | true
          gradle   | caches/9.1.0/fileHashes/fileHashes.lock            | true
          gradle   | caches/9.1.0/transforms/a/transformed/l/Cargo.lock | false
          gradle   | caches/9.1.0/transforms/a/x.lock                   | false
          gradle   | caches/modules-2/files-2.1/g/m/1/sha/m.lock        | false
          gradle   | wrapper/dists/gradle/h/gradle/lib/.tmp/x           | false
          gradle   | .tmp/x                                             | true
          yarn     | cache/v6/.tmp/x                                    | true
          yarn     | cache/v6/npm-a-1-sha/node_modules/a/.tmp/x         | false
          cargo    | target/debug/incremental/a/x                       | true
          cargo    | target/x86_64-unknown-linux-musl/release/incremental/a | true
          cargo    | target/debug/build/a-1/out/incremental/x           | false
          cargo    | target/debug/examples/incremental                  | false
          cargo    | target/doc/incremental/index.html                  | false
          cargo    | home/registry/src/i/a/lib.rs                       | true
          cargo    | home/registry/cache/i/a.crate                      | false
          npm      | _cacache/content-v2/_logs                          | false
          npm      | _logs/x.log                                        | true
          bundler  | ruby/3.1.0/cache/bundler/git/a-1/HEAD              | true
          bundler  | ruby/3.1.0/bundler/gems/a-1/cache/bundler/git/x    | false
          bundler  | ruby/3.1.0/gems/a-1/cache/bundler/git/x            | false
          composer | vcs/https---git.example.test-a.git/HEAD            | true
          composer | files/a/vcs/1.zip                                  | false
          go       | mod/cache/lock                                     | true
          go       | mod/example.test/m@v1/mod/cache/lock               | false
          """)
  void nameExactlyThePlace(String preset, String name, boolean leftOut) {
    Excludes excludes = Excludes.parse(Preset.of(preset).orElseThrow().excludes());

    assertThat(excludes.match(name, false)).isEqualTo(leftOut);
  }
}
