package dev.stepcache.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.key.Excludes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Presets leave out what their tools make for one run, and nothing that a package may ship. */
class PresetExcludesTest {
  /** What lies in the tools' own places, and what a package, a module or a task puts elsewhere. */
  private static final String NAMES =
      """
      maven    | repository/org/x/1/x-1.jar.lastUpdated                 | true
      maven    | repository/org/x/1/x-1.jar.7236482.part                | true
      maven    | repository/org/x/1/resolver-status.properties          | true
      maven    | repository/org/x/1/x-1.part                            | false
      maven    | repository/org/lastUpdated/1/lastUpdated-1.jar         | false
      maven    | wrapper/dists/x.lastUpdated                            | false
      maven    | wrapper/dists/m/lib/resolver-status.properties         | false
      gradle   | caches/journal-1/journal-1.lock                        | true
      gradle   | caches/9.1.0/fileHashes/fileHashes.lock                | true
      gradle   | caches/9.1.0/transforms/a/transformed/l/Cargo.lock     | false
      gradle   | caches/9.1.0/transforms/a/x.lock                       | false
      gradle   | caches/modules-2/files-2.1/g/m/1/sha/m.lock            | false
      gradle   | caches/modules-2/files-2.1/daemon/workers/1/sha/d.jar  | false
      gradle   | caches/9.1.0/transforms/a/transformed/notifications/x  | false
      gradle   | wrapper/dists/gradle/h/gradle/lib/.tmp/x               | false
      gradle   | wrapper/dists/gradle/h/gradle/daemon/x                 | false
      gradle   | .tmp/x                                                 | true
      gradle   | daemon/9.1.0/registry.bin                              | true
      gradle   | workers/x                                              | true
      gradle   | notifications/9.1.0/release-features.rendered          | true
      yarn     | cache/v6/.tmp/x                                        | true
      yarn     | cache/v6/npm-a-1-sha/node_modules/a/.tmp/x             | false
      yarn     | global/cache/.tmp/x                                    | false
      cargo    | target/debug/incremental/a/x                           | true
      cargo    | target/x86_64-unknown-linux-musl/release/incremental/a | true
      cargo    | target/debug/build/a-1/out/incremental/x               | false
      cargo    | target/debug/examples/incremental                      | false
      cargo    | target/debug/incremental                               | false
      cargo    | target/doc/incremental/index.html                      | false
      cargo    | target/doc/debug/incremental/index.html                | false
      cargo    | home/registry/src/i/a/lib.rs                           | true
      cargo    | home/registry/cache/i/a.crate                          | false
      cargo    | home/registry/index/i/.cache/3/s/src                   | false
      cargo    | home/git/checkouts/a-1/2/x                             | true
      cargo    | home/git/db/checkouts-1/HEAD                           | false
      cargo    | home/.package-cache                                    | true
      cargo    | target/debug/build/a-1/out/home/.package-cache         | false
      npm      | _cacache/content-v2/_logs                              | false
      npm      | _npx/a/node_modules/b/_logs/x                          | false
      npm      | _npx/a/node_modules/_update-notifier-last-checked/x    | false
      npm      | _logs/x.log                                            | true
      npm      | _update-notifier-last-checked                          | true
      poetry   | virtualenvs/app/bin/python                             | true
      poetry   | src/a/virtualenvs/x                                    | false
      poetry   | artifacts/a/b/virtualenvs/virtualenvs-1.whl            | false
      bundler  | ruby/3.1.0/cache/bundler/git/a-1/HEAD                  | true
      bundler  | ruby/3.1.0/bundler/gems/a-1/cache/bundler/git/x        | false
      bundler  | ruby/3.1.0/gems/a-1/cache/bundler/git/x                | false
      composer | vcs/https---git.example.test-a.git/HEAD                | true
      composer | files/vcs/vcs/1.zip                                    | false
      composer | repo/https---repo.example.test/vcs/x.json              | false
      pip      | selfcheck/x                                            | true
      pip      | wheels/a/b/selfcheck/selfcheck-1.whl                   | false
      go       | mod/cache/lock                                         | true
      go       | mod/example.test/m@v1/mod/cache/lock                   | false
      go       | mod/cache/download/cache/lock/@v/list                  | false
      ko       | mod/cache/lock                                         | true
      ko       | ko/example.test/mod/cache/lock                         | false
      buildkit | ingest/x                                               | true
      buildkit | index.json.lock                                        | true
      buildkit | blobs/sha256/ingest                                    | false
      golangci-lint | mod/cache/lock                                    | true
      golangci-lint | golangci-lint/mod/cache/lock                      | false
      """;

  private record Row(Preset preset, String name, boolean leftOut) {
    static Row of(String line) {
      String[] cells = line.split("\\|", -1);
      return new Row(
          Preset.of(cells[0].strip()).orElseThrow(),
          cells[1].strip(),
          Boolean.parseBoolean(cells[2].strip()));
    }

    @Override
    public String toString() {
      return preset.word() + ": " + name;
    }
  }

  static Stream<Row> rows() {
    return NAMES.lines().map(Row::of);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void nameExactlyThePlace(Row row) {
    Excludes excludes = Excludes.parse(row.preset().excludes());

    assertThat(excludes.match(row.name(), false)).isEqualTo(row.leftOut());
  }

  @Test
  void areAllTriedAbove() {
    assertThat(Preset.ALL)
        .allSatisfy(preset ->
            assertThat(preset.excludes())
                .allSatisfy(exclude -> {
                  Excludes alone = Excludes.parse(List.of(exclude));
                  assertThat(rows().filter(row -> row.preset().equals(preset)))
                      .anyMatch(row -> row.leftOut() && alone.match(row.name(), false));
                }));
  }
}
