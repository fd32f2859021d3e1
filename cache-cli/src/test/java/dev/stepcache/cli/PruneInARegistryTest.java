package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** prune in the distribution project's registry, which deletes whole images only. */
@Tag("program")
class PruneInARegistryTest extends PruneContract {
  private RealRegistry registry;

  @BeforeEach
  void start() {
    registry = RealRegistry.open(folder);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Override
  String repository() {
    return "oci://" + registry.host() + "/team/cache";
  }

  @Test
  void leavesATagWhoseImageAnotherScopeNeeds() throws IOException {
    write("one", 10_000);
    save(repository(), "scope.pr-7." + FIRST.hex(), FIRST);
    tag(repository(), "scope.pr-7." + FIRST.hex(), "scope.main." + FIRST.hex());
    write("two", 10_000);
    save(repository(), "scope.pr-7." + SECOND.hex(), SECOND);

    Ran ran = runInsecurely("prune", "--keep-last", "1", "--apply", "--yes", repository());

    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.out())
        .contains("left: this store deletes whole images only, and scope.main.", "removed 0 tags");
    assertThat(runInsecurely("verify", repository() + ":scope.main." + FIRST.hex()).code())
        .isZero();
  }
}
