package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import dev.stepcache.registry.FaultyWire;
import dev.stepcache.registry.RegistrySettings;
import dev.stepcache.registry.RegistryStore;
import dev.stepcache.registry.WireFault;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.retry.RetryPolicy;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that a registry can do wrong, once and for ever: whatever it is, a fetch restores the
 * whole tree or nothing, an upload saves the whole tree or leaves what is there, and both end soon.
 * With {@code -Dfaults=all} at each kind of request.
 */
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

  /** A kind of request, and whether the fault is met by one of them or by all. */
  private record Place(String method, String part, boolean always) {}

  private static final List<Place> READS =
      List.of(new Place("GET", "/manifests/", false), new Place("GET", "/blobs/", false));
  private static final List<Place> WRITES =
      List.of(
          new Place("GET", "/manifests/", false),
          new Place("HEAD", "/blobs/", false),
          new Place("POST", "/uploads/", false),
          new Place("PUT", "/uploads/", false),
          new Place("PUT", "/manifests/", false));

  /** Each fault at each kind of request; or once and for ever at one of them each. */
  private static final boolean ALL = "all".equals(System.getProperty("faults"));

  private static final String OK = "HTTP/1.1 200 OK\r\n";

  /** A fault, set up on the requests of one method and path. */
  interface Mode {
    void at(FakeRegistry registry, FaultyWire wire, String method, String part, boolean always);
  }

  private static Mode http(Fault fault) {
    return (registry, wire, method, part, always) -> {
      if (always) {
        registry.always(method, part, fault);
      } else {
        registry.fault(method, part, fault);
      }
    };
  }

  private static Mode below(WireFault fault) {
    return (registry, wire, method, part, always) -> {
      if (always) {
        wire.always(method, part, fault);
      } else {
        wire.fault(method, part, fault);
      }
    };
  }

  @TempDir Path folder;
  private final FakeRegistry registry = FakeRegistry.plain();
  private final FaultyWire wire = new FaultyWire(registry);
  private Path tree;
  private Path restored;

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
    registry.close();
  }

  private void onStore(Limits limits, Consumer<Bench> work) {
    try (RegistryStore store =
        new RegistryStore(
            new RegistrySettings(
                ImageReference.parse(wire.host() + "/ci/cache"),
                new Login.Basic("alice", "s3cret"),
                Trust.JDK_ROOTS,
                true,
                Proxies.NONE,
                limits,
                POLICY,
                retry -> assertThat(retry.trouble()).doesNotContain("s3cret", "\n")))) {
      work.accept(Bench.on(store));
    }
  }

  static Stream<Arguments> modes() {
    List<Arguments> modes = new ArrayList<>();
    for (int status :
        new int[] {
          204, 206, 301, 400, 401, 403, 404, 408, 410, 416, 429, 451, 500, 501, 502, 503, 504, 505,
          599
        }) {
      add(modes, "status " + status, http(Fault.status(status)));
    }
    add(modes, "empty 200", http(Fault.status(200, "")));
    add(modes, "another 200", http(Fault.status(200, "{}")));
    add(modes, "web page", http(Fault.status(200, "<html>log in</html>")));
    add(
        modes,
        "odd challenge",
        http(Fault.status(401, "{}", "WWW-Authenticate", "Basic realm=a,error=\"b\"")));
    add(
        modes,
        "challenge from hell",
        http(Fault.status(401, "", "WWW-Authenticate", "Bearer realm=\"file:///etc/passwd\"")));
    add(modes, "tomorrow", http(Fault.status(429, "", "Retry-After", "86400")));
    add(modes, "in aeons", http(Fault.status(503, "", "Retry-After", "9".repeat(30))));
    add(modes, "at no time", http(Fault.status(503, "", "Retry-After", "soon")));
    add(modes, "circle", http(Fault.redirect("?again")));
    add(modes, "redirect nowhere", http(Fault.redirect("http://nowhere.invalid/")));
    add(modes, "redirect to a file", http(Fault.redirect("file:///etc/passwd")));
    add(modes, "redirect to metadata", http(Fault.redirect("http://169.254.169.254/x")));
    add(modes, "redirect to no port", http(Fault.redirect("http://127.0.0.1:99999/x")));
    add(modes, "redirect without target", http(Fault.status(307, "")));
    add(modes, "reset", http(Fault.reset()));
    add(modes, "reset below", below(WireFault.resetsAfter("")));
    add(modes, "reset in the head", below(WireFault.resetsAfter("HTTP/1.1 200 OK\r\nConte")));
    add(
        modes,
        "reset in the body",
        below(WireFault.resetsAfter(OK + "Content-Length: 100000\r\n\r\nabc")));
    add(modes, "silence", below(WireFault.silentAfter("")));
    add(modes, "silence in the head", below(WireFault.silentAfter(OK + "Conte")));
    add(
        modes,
        "silence in the body",
        below(WireFault.silentAfter(OK + "Content-Length: 100000\r\n\r\nabc")));
    add(modes, "garbage", below(WireFault.garbage()));
    add(modes, "no HTTP", below(WireFault.says("SSH-2.0-OpenSSH_9.9\r\n")));
    add(modes, "no status", below(WireFault.says("HTTP/1.1 \r\n\r\n")));
    add(modes, "status of letters", below(WireFault.says("HTTP/1.1 abc OK\r\n\r\n")));
    add(modes, "body cut", below(WireFault.says(OK + "Content-Length: 100000\r\n\r\nabc")));
    add(modes, "length too small", below(WireFault.says(OK + "Content-Length: 1\r\n\r\n{}...")));
    add(modes, "length negative", below(WireFault.says(OK + "Content-Length: -5\r\n\r\n{}")));
    add(modes, "length of letters", below(WireFault.says(OK + "Content-Length: abc\r\n\r\n{}")));
    add(
        modes,
        "length beyond all",
        below(WireFault.says(OK + "Content-Length: 9999999999999999999999\r\n\r\n{}")));
    add(
        modes,
        "chunks cut",
        below(WireFault.says(OK + "Transfer-Encoding: chunked\r\n\r\n400\r\nabc")));
    add(
        modes,
        "chunks of letters",
        below(WireFault.says(OK + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc")));
    add(
        modes,
        "endless chunks",
        below(WireFault.endless(OK + "Transfer-Encoding: chunked\r\n\r\n", "4\r\nabcd\r\n")));
    add(modes, "endless body", below(WireFault.endless(OK + "\r\n", "{\"token\":\"")));
    add(
        modes,
        "a gibibyte",
        below(WireFault.endless(OK + "Content-Length: 1073741824\r\n\r\n", "{\"a\":")));
    add(
        modes,
        "huge header",
        below(WireFault.says(OK + "X: " + "x".repeat(1 << 20) + "\r\n\r\n{}")));
    add(modes, "endless header", below(WireFault.endless(OK + "X: ", "x")));
    add(modes, "endless headers", below(WireFault.endless(OK, "X: y\r\n")));
    add(modes, "interim for ever", below(WireFault.endless("", "HTTP/1.1 100 Continue\r\n\r\n")));
    add(modes, "compressed on the way", http(Fault.status(200, "abc", "Content-Encoding", "gzip")));
    add(modes, "part of nothing", http(Fault.status(206, "abc", "Content-Range", "bytes 7-9/100")));
    add(modes, "part of all", http(Fault.status(206, "abc", "Content-Range", "bytes 0-2/3")));
    add(modes, "flip", http(Fault.flip()));
    add(modes, "cut", http(Fault.cut(10)));
    return modes.stream();
  }

  /** Where a fault is tried; by default the places of the modes take turns. */
  private static List<Place> places(List<Place> kinds, String mode) {
    List<Place> places = new ArrayList<>();
    int turn = Math.floorMod(mode.hashCode(), kinds.size());
    for (int at = 0; at < kinds.size(); at++) {
      Place kind = kinds.get((turn + at) % kinds.size());
      if (ALL || at == 0) {
        places.add(kind);
      }
      if (ALL || at == 1) {
        places.add(new Place(kind.method(), kind.part(), true));
      }
    }
    return places;
  }

  private static void add(List<Arguments> modes, String name, Mode mode) {
    modes.add(Arguments.of(name, mode));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  void restoresAllOrNothing(String name, Mode mode) throws IOException {
    for (Place place : places(READS, name)) {
      mode.at(registry, wire, place.method(), place.part(), place.always());
      fetchesAllOrNothing(name + " at " + place);
      registry.mend();
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
        .doesNotContain("s3cret")
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
    for (Place place : places(WRITES, name)) {
      Files.writeString(tree.resolve("number"), name + number++);
      mode.at(registry, wire, place.method(), place.part(), place.always());
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
    registry.mend();
    wire.mend();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(what).isLessThan(SOON);
    assertThat(wire.seen().size() - asked).as(what).isLessThanOrEqualTo(MOST_REQUESTS + 10);
    assertThat(outcome.message())
        .as(what)
        .doesNotContain("s3cret")
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
