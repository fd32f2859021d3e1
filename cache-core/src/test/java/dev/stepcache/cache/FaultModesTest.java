package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.registry.FaultModes;
import dev.stepcache.registry.FaultModes.Mode;
import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.registry.FaultyServer;
import dev.stepcache.registry.FaultyWire;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that a registry or a bucket can do wrong, once and for ever: whatever it is, a fetch
 * restores the whole tree or nothing, an upload saves the whole tree or leaves what is there, and
 * both end soon. With {@code -Dfaults=all} at each kind of request.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(StoreKind.class)
class FaultModesTest {
  private static final Limits IMPATIENT =
      new Limits(
          Duration.ofSeconds(10),
          Duration.ofMillis(700),
          Duration.ofMillis(300),
          Duration.ofSeconds(5));

  /** Where nothing is to go wrong, on a machine that has other work too. */
  private static final Limits PATIENT =
      new Limits(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20));

  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(4), 20, Duration.ofSeconds(20));
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int MOST_REQUESTS = 20;

  /** Each fault at each kind of request; or once and for ever at one of them each. */
  private static final boolean ALL = "all".equals(System.getProperty("faults"));

  @TempDir Path folder;
  private final FaultyServer server;
  private final FaultyWire wire;
  private Path tree;
  private Path restored;

  FaultModesTest(StoreKind kind) {
    this.server = kind.open("");
    this.wire = new FaultyWire(server.host());
  }

  @BeforeEach
  void saveATree() throws IOException {
    tree = Files.createDirectories(folder.resolve("tree"));
    restored = Files.createDirectories(folder.resolve("restored"));
    byte[] content = new byte[100_000];
    new Random(1).nextBytes(content);
    Files.write(tree.resolve("file"), content);
    Files.createSymbolicLink(tree.resolve("link"), Path.of("file"));
    onStore(PATIENT, bench -> assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED));
    Files.writeString(restored.resolve("own"), "own");
  }

  @AfterEach
  void close() {
    wire.close();
    server.close();
  }

  private void onStore(Limits limits, Consumer<Bench> work) {
    FaultyServer.Way way =
        new FaultyServer.Way(
            "http://" + wire.host(),
            limits,
            POLICY,
            true,
            Trust.JDK_ROOTS,
            Proxies.NONE,
            retry -> assertThat(retry.failure()).doesNotContain(FaultyServer.SECRET, "\n"));
    try (Store store = server.open(way)) {
      work.accept(Bench.on(store));
    } catch (StoreException e) {
      throw new AssertionError("nothing is sent when a store is opened", e);
    }
  }

  static Stream<Arguments> modes() {
    return FaultModes.all();
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  void restoresAllOrNothing(String name, Mode mode) throws IOException {
    for (Place place : FaultModes.places(server.reads(), name, ALL)) {
      mode.at(server.faults(), wire, place);
      fetchesAllOrNothing(name + " at " + place);
      server.faults().mend();
      wire.mend();
    }
  }

  private void fetchesAllOrNothing(String what) throws IOException {
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(restored);
    int asked = wire.seen().size();
    long begin = System.nanoTime();
    List<FetchOutcome> outcomes = new ArrayList<>();
    onStore(IMPATIENT, bench -> outcomes.add(bench.fetch(restored, RestoreMode.PRESERVE)));
    FetchOutcome outcome = outcomes.getFirst();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(what).isLessThan(SOON);
    assertThat(wire.seen().size() - asked).as(what).isLessThanOrEqualTo(MOST_REQUESTS);
    assertThat(outcome.message())
        .as(what)
        .doesNotContain(FaultyServer.SECRET)
        .doesNotContainPattern("\\p{Cc}");
    assertThat(outcome.restored().isPresent()).as(what).isEqualTo(outcome.reason() == Reason.HIT);
    if (outcome.reason() != Reason.HIT) {
      assertThat(TreeSnapshot.of(restored)).as(what + ": " + outcome).isEqualTo(before);
      return;
    }
    assertThat(TreeSnapshot.of(restored).get("file"))
        .as(what)
        .isEqualTo(TreeSnapshot.of(tree).get("file"));
    Files.delete(restored.resolve("file"));
    Files.delete(restored.resolve("link"));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  void savesAllOrNothing(String name, Mode mode) throws IOException {
    int number = 0;
    for (Place place : FaultModes.places(server.writes(), name, ALL)) {
      Files.writeString(tree.resolve("number"), name + number++);
      mode.at(server.faults(), wire, place);
      savesAllOrNothing(name + " at " + place);
    }
  }

  private void savesAllOrNothing(String what) throws IOException {
    int asked = wire.seen().size();
    long begin = System.nanoTime();
    List<UploadOutcome> outcomes = new ArrayList<>();
    onStore(
        IMPATIENT,
        bench -> outcomes.add(bench.upload(tree, UploadRequest.When.ALWAYS, Optional.empty())));
    UploadOutcome outcome = outcomes.getFirst();
    server.faults().mend();
    wire.mend();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(what).isLessThan(SOON);
    assertThat(wire.seen().size() - asked)
        .as(what)
        .isLessThanOrEqualTo(MOST_REQUESTS + server.requests());
    assertThat(outcome.message())
        .as(what)
        .doesNotContain(FaultyServer.SECRET)
        .doesNotContainPattern("\\p{Cc}");
    Path there = Files.createTempDirectory(folder, "there");
    onStore(
        PATIENT,
        bench ->
            assertThat(bench.fetch(there, RestoreMode.PRESERVE).reason())
                .as(what + ": " + outcome)
                .isEqualTo(Reason.HIT));
    if (outcome.reason() == Reason.SAVED) {
      assertThat(there.resolve("number")).hasSameTextualContentAs(tree.resolve("number"));
    }
    assertThat(there.resolve("file")).hasSameBinaryContentAs(tree.resolve("file"));
  }
}
