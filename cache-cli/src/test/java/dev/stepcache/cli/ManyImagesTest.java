package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.MediaType;
import dev.stepcache.registry.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A repository that other tools use too. */
class ManyImagesTest extends CliCase {
  private static final int MANY = 10_000;

  @Test
  void pruneTouchesNoneOfTenThousandImagesOfOtherTools() throws IOException {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      String repository = "oci://" + registry.host() + "/team/app";
      saveThree(repository);
      saveForeign(repository, "seed");
      String foreign =
          new String(registry.manifest("team/app", "seed").orElseThrow(), StandardCharsets.UTF_8);
      for (int number = 0; number < MANY; number++) {
        registry.addManifest(
            "team/app",
            "v" + number,
            MediaType.OCI_MANIFEST.value(),
            foreign
                .replaceFirst("}$", " ".repeat(number % 50) + "}")
                .getBytes(StandardCharsets.UTF_8));
      }

      Ran ran = runInsecurely("prune", "--keep-last=1", "--apply", "--yes", repository);

      assertThat(ran.err()).isEmpty();
      assertThat(ran.code()).isZero();
      assertThat(ran.out()).contains("10001 tags are no caches and stay", "removed 2 tags of 2");
      assertThat(registry.seen("DELETE", "")).hasSize(2);
      for (int number = 0; number < MANY; number++) {
        assertThat(registry.manifest("team/app", "v" + number)).isPresent();
      }
    }
  }
}
