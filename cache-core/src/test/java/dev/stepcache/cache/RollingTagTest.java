package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stays as it is when a tag is to follow. */
class RollingTagTest extends OddTree {
  private static final Tag MAIN = new Tag("main");

  @BeforeEach
  void makeACache() throws IOException {
    write("file", "content");
    bench.rolling = Optional.of(MAIN);
  }

  private UploadOutcome saveAnother() throws IOException {
    write("more", "more");
    return bench.upload(tree, UploadRequest.When.ALWAYS, Optional.empty());
  }

  private Digest main() throws IOException {
    return bench.store.manifest(MAIN).orElseThrow().digest();
  }

  @Test
  void staysWithAnotherPlatform() throws IOException {
    Digest first = bench.upload(tree).saved().orElseThrow().digest();
    bench.platform = new Platform("linux", "arm64");

    assertThat(saveAnother().reason()).isEqualTo(Reason.SAVED);

    assertThat(main()).isEqualTo(first);
    assertThat(bench.notices())
        .anySatisfy(notice ->
            assertThat(notice).contains("'main'", "linux/amd64", "linux/arm64", "main-{{arch}}"));
  }

  @Test
  void movesWhereAnyPlatformIsAsGood() throws IOException {
    bench.anyPlatform = true;
    bench.upload(tree);
    bench.platform = new Platform("linux", "arm64");

    Digest second = saveAnother().saved().orElseThrow().digest();

    assertThat(main()).isEqualTo(second);
  }

  @Test
  void isToldWhenItMovesAndOnlyThen() throws IOException {
    bench.upload(tree);
    bench.upload(tree);

    assertThat(bench.events.stream().filter(CacheEvent.RollingTagMoved.class::isInstance))
        .hasSize(1);
  }

  @Test
  void staysWhereWhatItNamesCannotBeRead() throws IOException {
    bench.upload(tree);
    Digest first = main();
    FaultyStore faulty = new FaultyStore(bench.store);
    faulty.fault =
        operation -> {
          if (operation.equals("manifest main")) {
            throw new StoreException.Rejected("read main: no");
          }
        };
    Bench other = Bench.on(faulty);
    other.rolling = bench.rolling;
    write("more", "more");

    assertThat(other.upload(tree, UploadRequest.When.ALWAYS, Optional.empty()).reason())
        .isEqualTo(Reason.SAVED);
    assertThat(main()).isEqualTo(first);
    assertThat(other.notices())
        .anySatisfy(notice -> assertThat(notice).contains("the tag 'main' could not be moved"));
  }

  @Test
  void isNotMovedWhereNothingWasSavedOrFound() throws IOException {
    bench.upload(tree);
    Digest first = main();
    Path empty = Files.createDirectory(folder.resolve("empty"));

    assertThat(bench.upload(empty, UploadRequest.When.ALWAYS, Optional.empty()).reason())
        .isEqualTo(Reason.EMPTY);
    assertThat(main()).isEqualTo(first);
  }
}
