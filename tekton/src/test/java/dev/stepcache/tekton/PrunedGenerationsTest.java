package dev.stepcache.tekton;

import static dev.stepcache.tekton.ToolBuild.assumeInstalled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.cache.Caches;
import dev.stepcache.cache.SaveRules;
import dev.stepcache.key.Excludes;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.store.StoreReference;
import dev.stepcache.usage.Pruning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A cache of a real project, whose dependencies are upgraded one after the other, ten days apart:
 * by a clock of the test, and by the tools themselves from their public registries. Its size stands
 * in {@code target/pruning-<tool>.csv}.
 */
@Tag("program")
@Tag("network")
class PrunedGenerationsTest {
  /** How many upgrades are tried: each takes a real build or three. */
  private static final int GENERATIONS = Integer.getInteger("generations", 0);

  private static final int EACH = Math.max(1, GENERATIONS / 6);
  private static final double MOST = 1.3;

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private final List<String> table = new ArrayList<>();
  private long leftOut;

  static Stream<UpgradedProject> projects() {
    return Stream.of(UpgradedProject.go(), UpgradedProject.maven());
  }

  @ParameterizedTest
  @MethodSource("projects")
  void stayWithinAThirdMoreThanAColdCacheAndEachBuildWorksOffline(UpgradedProject project)
      throws IOException {
    assumeTrue(GENERATIONS > 0, "only ./verify --long upgrades real projects thirty times");
    for (String program : List.of(project.tool(), "unshare", "ip")) {
      assumeInstalled(program);
    }
    table.add("generation,bytes,left_out_units,left_out_bytes,cold_bytes");
    for (int generation = 0; generation <= GENERATIONS; generation++) {
      long bytes = saved(project, generation);
      assertThat(build(project, generation, "offline", true)).doesNotStartWith("FAILED");
      delete("offline");
      write(project);
      if (generation > 0 && generation % EACH == 0) {
        long cold = cold(project, generation);
        table.set(table.size() - 1, table.getLast() + cold);
        assertThat((double) bytes / cold).as("generation %s", generation).isLessThan(MOST);
      }
    }
    write(project);
    assertThat(leftOut).as("units left out").isPositive();
  }

  private void write(UpgradedProject project) throws IOException {
    Files.write(Path.of("target/pruning-" + project.tool() + ".csv"), table);
  }

  /** Fetches what was saved last, builds, and saves. */
  private long saved(UpgradedProject project, int generation) throws IOException {
    now = now.plus(Duration.ofDays(10));
    String built = build(project, generation, "pod", false);
    assertThat(built).doesNotStartWith("FAILED");
    AtomicLong units = new AtomicLong();
    AtomicLong bytes = new AtomicLong();
    UploadOutcome outcome =
        caches(project, "pod")
            .telling(event -> {
              if (event instanceof CacheEvent.Unused unused) {
                units.addAndGet(unused.units());
                bytes.addAndGet(unused.bytes());
              }
            })
            .upload(store(), tag(generation));
    assertThat(outcome.reason()).as(outcome.message()).isEqualTo(Reason.SAVED);
    delete("pod");
    leftOut += units.get();
    long saved = outcome.saved().orElseThrow().bytes();
    table.add(generation + "," + saved + "," + units + "," + bytes + ",");
    return saved;
  }

  /** The bytes of a cache that was made anew, from what the tool would download. */
  private long cold(UpgradedProject project, int generation) throws IOException {
    ToolBuild cold = workspace(project, generation, "cold");
    assertThat(cold.run(false, project.build(), variables(project, "cold")))
        .doesNotStartWith("FAILED");
    UploadOutcome outcome =
        caches(project, "cold")
            .upload(new LayoutStore(folder.resolve("cold-store")), tag(generation));
    delete("cold");
    delete("cold-store");
    return outcome.saved().orElseThrow().bytes();
  }

  private String build(UpgradedProject project, int generation, String pod, boolean offline)
      throws IOException {
    ToolBuild build = workspace(project, generation, pod);
    int from = offline ? generation : generation - 1;
    if (from >= 0) {
      assertThat(caches(project, pod).fetch(store(), tag(from)).reason()).isEqualTo(Reason.HIT);
    }
    Map<String, String> variables = variables(project, pod);
    if (offline) {
      variables.putAll(project.offline());
    }
    return build.run(offline, project.build(), variables);
  }

  private ToolBuild workspace(UpgradedProject project, int generation, String pod)
      throws IOException {
    Map<String, String> files = new HashMap<>(project.files(generation));
    ToolBuild build =
        ToolBuild.in(
            folder.resolve(pod), new ToolProject("", project.tool(), files, "", project.build()));
    Files.createDirectories(cachePath(pod));
    return build;
  }

  private Map<String, String> variables(UpgradedProject project, String pod) {
    Map<String, String> variables = new HashMap<>();
    project
        .variables()
        .forEach(
            (name, value) -> variables.put(name, value.replace("{}", cachePath(pod).toString())));
    return variables;
  }

  private Path cachePath(String pod) {
    return folder.resolve(pod).resolve("cache");
  }

  private Caches caches(UpgradedProject project, String pod) {
    Pruning pruning =
        new Pruning(project.units(), Optional.of(Duration.ofDays(30)), true, () -> now);
    return Caches.in(cachePath(pod))
        .with(new SaveRules(1L << 40, false, false, Excludes.NONE, false, pruning));
  }

  private LayoutStore store() {
    return new LayoutStore(folder.resolve("store"));
  }

  private StoreReference tag(int generation) {
    return new StoreReference.InLayout(
        folder.resolve("store"), new dev.stepcache.oci.Tag("g" + generation));
  }

  private void delete(String name) throws IOException {
    try {
      Programs.run(folder, Map.of(), "sh", "-c", "chmod -R u+w " + name + "; rm -rf " + name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
