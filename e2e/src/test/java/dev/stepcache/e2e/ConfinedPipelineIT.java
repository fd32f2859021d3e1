package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Saving and restoring with as little as a cluster may grant. */
@BuiltImages
@DockerEngine
@Programs("docker-registry")
class ConfinedPipelineIT {
  @TempDir private Path folder;

  static List<Confinement> confinements() {
    return Confinement.all();
  }

  @ParameterizedTest
  @MethodSource("confinements")
  void savesAndRestores(Confinement confinement) throws IOException {
    savesAndRestores(confinement, 200, 10_000);
  }

  @Test
  void handles20000FilesOf300MegabytesIn128MebibytesOfMemory() throws IOException {
    savesAndRestores(Confinement.RESTRICTED, 20_000, 15_000);
  }

  private void savesAndRestores(Confinement confinement, int files, int bytesOfEach)
      throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      String reference = "oci://" + registry.host() + "/ci/cache:{{hash}}";
      StepPod first = new StepPod(folder.resolve("first"), reference);
      assertThat(first.fetch(confinement).results()).containsEntry("reason", "miss");
      GoBuild.fill(first.cachePath(), files, bytesOfEach);
      StepRun saved = first.upload(confinement);
      assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");

      StepPod second = new StepPod(folder.resolve("second"), reference);
      StepRun hit = second.fetch(confinement);
      assertThat(hit.results()).as(hit.log()).containsEntry("fetched", "true");
      assertThat(second.tree().keySet()).isEqualTo(first.tree().keySet());
    }
  }
}
