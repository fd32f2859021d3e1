package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@BuiltImages
@DockerEngine
class ConfinedStepIT {
  private static final String UNKNOWN_ARG = "ERROR: unknown arg '--unknown': ";

  @TempDir private Path folder;

  private Path workspace;

  @BeforeEach
  void makeWorkspace() throws IOException {
    workspace = StepContainer.openToAll(folder.resolve("workspace"));
  }

  private StepContainer container(StepImage image, Confinement confinement) throws IOException {
    return new StepContainer(image, confinement, workspace, folder.resolve("results"));
  }

  static Stream<Arguments> imagesAndConfinements() {
    return Stream.of(StepImage.values())
        .flatMap(
            image -> Confinement.all().stream().map(confined -> Arguments.of(image, confined)));
  }

  /** The JVM ends by itself with 1 where its AOT cache is refused, before any line of ours. */
  @ParameterizedTest
  @MethodSource("imagesAndConfinements")
  void startsFromItsAotCache(StepImage image, Confinement confinement) throws IOException {
    StepRun run =
        container(image, confinement)
            .runInstead("/opt/java/bin/java", "-XX:AOTMode=on", argumentFile(image), "--unknown");

    assertThat(run.log()).startsWith(UNKNOWN_ARG).hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void saysNothingWhenItsAotCacheCannotBeUsed(StepImage image) throws IOException {
    StepRun run =
        container(image, Confinement.RESTRICTED)
            .runInstead(
                "/opt/java/bin/java", "-XX:-UseCompressedOops", argumentFile(image), "--unknown");

    assertThat(run.log()).startsWith(UNKNOWN_ARG).hasLineCount(1);
  }

  @ParameterizedTest
  @EnumSource
  void takesAQuarterOfTheMemory(StepImage image) throws IOException {
    StepRun run =
        container(image, Confinement.RESTRICTED)
            .runInstead("/opt/java/bin/java", "-XshowSettings:vm", argumentFile(image));

    // Of 32 MiB, one of the two halves that survivors are copied between is never counted.
    assertThat(run.log()).containsPattern("Max\\. Heap Size \\(Estimated\\): 3[01]\\.[0-9]+M");
  }

  @ParameterizedTest
  @EnumSource
  void hasNoShell(StepImage image) throws IOException {
    StepContainer container = container(image, Confinement.NONE);

    for (String shell : new String[] {"/bin/sh", "/bin/bash", "/bin/busybox"}) {
      assertThatThrownBy(() -> container.runInstead(shell, "-c", "true"))
          .rootCause()
          .hasMessageContaining("no such file or directory");
    }
  }

  @Test
  void saysNothingButWhatIsMissing() throws IOException {
    StepRun run =
        container(StepImage.CACHE_FETCH, Confinement.RESTRICTED)
            .result("fetched")
            .result("reason")
            .run("--@patterns", "**go.mod");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.log()).isEqualToIgnoringNewLines("ERROR: SOURCE is missing: give it a value");
    assertThat(run.results()).isEqualTo(Map.of("fetched", "false", "reason", ""));
  }

  private static String argumentFile(StepImage image) {
    return "@/opt/app/" + image.step() + ".args";
  }
}
