package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry that never answers well may cost a step, with the limits that steps have. */
class DeadRegistryTest {
  private static final int MOST_REQUESTS = 20;
  private static final Duration MOST_TIME = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final FakeRegistry registry = FakeRegistry.tls();
  private Path cachePath;

  @BeforeEach
  void makeATree() throws IOException {
    cachePath = Files.createDirectories(folder.resolve("cache"));
    for (int i = 0; i < 30; i++) {
      Files.writeString(cachePath.resolve("file" + i), "content " + i);
    }
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private OnePod pod() throws IOException {
    return new OnePod(Files.createTempDirectory(folder, "pod"))
        .patterns()
        .param("CACHE_PATH", cachePath.toString())
        .param("CA", FakeRegistry.authority(folder).toString());
  }

  private String reference() {
    return "oci://" + registry.host() + "/ci/cache:saved";
  }

  private interface Work {
    OnePod.Ran run() throws IOException;
  }

  private void endsSoon(String verdict, String reason, Work work) throws IOException {
    registry.forgetSeen();
    long begin = System.nanoTime();
    OnePod.Ran ran = work.run();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(MOST_TIME);
    assertThat(ran.results()).as(ran.log()).containsEntry(verdict, "false");
    assertThat(ran.results().get("reason")).as(ran.log()).matches(reason);
    assertThat(ran.exitCode()).isZero();
    assertThat(registry.seen()).hasSizeBetween(1, MOST_REQUESTS);
  }

  private void always(Fault fault, String part) {
    for (String method : new String[] {"GET", "HEAD", "POST", "PUT"}) {
      registry.always(method, part, fault);
    }
  }

  @Tag("slow")
  @Test
  void costsAFetchAndAnUploadAtMostTwentyRequestsAndAMinute() throws IOException {
    always(Fault.reset(), "");
    endsSoon("fetched", "unreachable", () -> pod().fetch(reference()));
    endsSoon("uploaded", "unreachable", () -> pod().upload(reference()));
  }

  @Tag("slow")
  @Test
  void costsNoMoreWhenItDiesInMidUpload() throws IOException {
    always(Fault.status(503), "/blobs/");
    endsSoon("uploaded", "unreachable", () -> pod().upload(reference()));
    registry.mend();
    registry.always("PUT", "/", Fault.reset());
    endsSoon("uploaded", "unreachable", () -> pod().upload(reference()));
    assertThat(registry.manifest("ci/cache", "saved")).isEmpty();
  }

  @Test
  void isLeftAloneForTheDayThatItAsksFor() throws IOException {
    always(Fault.status(503, "", "Retry-After", "86400"), "");
    endsSoon("fetched", "throttled", () -> pod().fetch(reference()));
    assertThat(registry.seen()).hasSize(1);
    endsSoon("uploaded", "throttled", () -> pod().upload(reference()));
    assertThat(registry.seen()).hasSize(1);
  }
}
