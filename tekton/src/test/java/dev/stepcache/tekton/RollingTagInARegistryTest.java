package dev.stepcache.tekton;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RollingTagInARegistryTest extends RollingTagContract {
  private final FakeRegistry registry = FakeRegistry.plain();

  @AfterEach
  void stop() {
    registry.close();
  }

  @Override
  String store() {
    return "oci://" + registry.host() + "/team/cache";
  }

  @Override
  Map<String, String> params() {
    return Map.of("INSECURE", "true");
  }

  @Test
  void isMovedLast() throws IOException {
    run("main", "", "first");

    List<String> puts =
        registry.seen("PUT", "/manifests/").stream().map(FakeRegistry.Seen::path).toList();
    assertThat(puts).hasSize(3);
    assertThat(puts.getFirst()).doesNotContain("latest", "main");
    assertThat(puts.getLast()).endsWith("/manifests/main");
  }

  @Test
  void staysOnWhatNoCacheToolMade() throws IOException {
    byte[] app =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}"
            .getBytes(UTF_8);
    Digest digest =
        registry.addManifest("team/cache", "main", "application/vnd.oci.image.index.v1+json", app);

    OnePod.Ran ran = run("main", "", "first");

    assertThat(ran.results()).containsEntry("uploaded", "true");
    assertThat(ran.log()).contains("WARNING").contains("'main'").contains("left alone");
    assertThat(registry.manifest("team/cache", "main").map(Digest::of)).contains(digest);
  }

  @Test
  void thatCannotBeMovedChangesNoOutcome() throws IOException {
    run("main", "", "first");
    changeTheKey("y");
    registry.always("PUT", "/manifests/main", Fault.status(403));

    OnePod pod = pod().param("ROLLING_TAG", "main").param("FAIL_ON", "error");
    build("second");
    OnePod.Ran ran = pod.upload(store() + ":{{hash}}");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.results()).containsEntry("uploaded", "true");
    assertThat(ran.log()).contains("WARNING").contains("the tag 'main' could not be moved");
  }

  @Test
  void asksNothingWhereNoneIsWanted() throws IOException {
    run("", "", "first");
    registry.forgetSeen();

    assertThat(run("", "", "first").results()).containsEntry("reason", "fetched");

    assertThat(registry.seen("PUT", "")).isEmpty();
  }
}
