package dev.stepcache.tekton;

import static dev.stepcache.tekton.ToolBuild.assumeInstalled;
import static dev.stepcache.tekton.ToolBuild.printed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The build tools as root, and the two steps as the user of their images, as on a Kubernetes whose
 * pods name no user.
 */
@Tag("program")
@Tag("network")
@Tag("root")
@Tag("slow")
class PresetTwoUsersTest {
  @TempDir private static Path shared;
  private static ImageUsersSteps steps;

  @BeforeAll
  static void makeTheSteps() throws IOException {
    steps = ImageUsersSteps.in(shared);
  }

  private Path folder;
  private String reference;

  @BeforeEach
  void makeAFolder() throws IOException {
    folder = Files.createTempDirectory(shared, "run");
    // As a persistent volume and an emptyDir are: root's, and open to all.
    Files.setAttribute(folder, "unix:mode", 0777);
    reference = "file://" + folder.resolve("store") + ":{{hash}}";
  }

  /** A workspace that is new, but for the files of the project. */
  private ToolBuild checkout(String name, ToolProject tool) throws IOException {
    ToolBuild build = ToolBuild.in(folder.resolve(name), tool);
    Files.setAttribute(build.workspace(), "unix:mode", 0777);
    return build;
  }

  private ToolBuild checkout(String name, ToolProject tool, Path lock) throws IOException {
    ToolBuild build = checkout(name, tool);
    assertThat(build.run(false, "cp -a " + lock + "/. .", Map.of())).isEmpty();
    return build;
  }

  /** The files of the project, with its lock file. */
  private Path lock(ToolBuild build, ToolProject tool) throws IOException {
    String prepared = build.run(false, tool.prepare(), Map.of());
    assumeTrue(
        !prepared.startsWith("FAILED"),
        "it cannot be prepared here, so the preset IS NOT TRIED: " + prepared);
    Path lock = Files.createDirectories(folder.resolve("lock"));
    assertThat(build.run(false, "cp -a . " + lock, Map.of())).isEmpty();
    return lock;
  }

  /** The first build, up to the cache that it leaves. */
  private void save(ToolBuild build, ToolProject tool) throws IOException {
    OnePod.Ran missed = steps.fetch(build.workspace(), tool.preset(), reference);
    assertThat(missed.results()).as(missed.log()).containsEntry("reason", "miss");
    assertThat(build.run(false, tool.build(), printed(missed.log()))).doesNotStartWith("FAILED");
    OnePod.Ran saved = steps.upload(build.workspace(), tool.preset(), reference);
    assertThat(saved.results()).as(saved.log()).containsEntry("reason", "saved");
    assertThat(saved.log()).doesNotContain("WARNING");
  }

  @ParameterizedTest
  @MethodSource("dev.stepcache.tekton.ToolProject#ofPublicRegistries")
  void downloadNothingWhenRootBuildsASecondTime(ToolProject tool) throws IOException {
    for (String program : List.of(tool.tool(), "unshare", "ip")) {
      assumeInstalled(program);
    }
    ToolBuild first = checkout("first", tool);
    Path lock = lock(first, tool);
    save(first, tool);

    ToolBuild second = checkout("second", tool, lock);
    OnePod.Ran fetched = steps.fetch(second.workspace(), tool.preset(), reference);

    assertThat(fetched.results()).as(fetched.log()).containsEntry("fetched", "true");
    assertThat(second.run(true, tool.build(), printed(fetched.log()))).doesNotStartWith("FAILED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"composer", "bundle"})
  void downloadNoPackageWhenRootBuildsASecondTime(String program) throws IOException {
    try (PackageServer server = new PackageServer()) {
      ToolProject tool = ServedProjects.of(program, server, folder);
      ToolBuild first = checkout("first", tool);
      Path lock = lock(first, tool);
      save(first, tool);
      int downloads = server.downloads();

      ToolBuild second = checkout("second", tool, lock);
      OnePod.Ran fetched = steps.fetch(second.workspace(), tool.preset(), reference);

      assertThat(fetched.results()).as(fetched.log()).containsEntry("fetched", "true");
      assertThat(second.run(false, tool.build(), printed(fetched.log())))
          .doesNotStartWith("FAILED");
      assertThat(server.downloads()).as(server.requests().toString()).isEqualTo(downloads);
    }
  }

  /** A tool's own mirror of it belongs to whoever restored it, and git does nothing in that. */
  @ParameterizedTest
  @ValueSource(strings = {"composer", "bundler", "cargo"})
  void cloneAGitRepositoryThatAnotherUserRestored(String preset) throws IOException {
    assumeInstalled("git");
    GitRepository repository = GitRepository.in(folder);
    ToolProject tool = repository.project(preset);
    assumeInstalled(tool.tool());
    ToolBuild first = checkout("first", tool);
    Path lock = lock(first, tool);
    save(first, tool);

    ToolBuild second = checkout("second", tool, lock);
    OnePod.Ran hit = steps.fetch(second.workspace(), preset, reference);
    assertThat(hit.results()).as(hit.log()).containsEntry("reason", "hit");
    assertThat(second.run(false, tool.build(), printed(hit.log()))).doesNotStartWith("FAILED");

    repository.commit();
    ToolBuild third = checkout("third", tool);
    assertThat(third.run(false, tool.prepare(), Map.of())).doesNotStartWith("FAILED");
    OnePod.Ran fallback = steps.fetch(third.workspace(), preset, reference);
    assertThat(fallback.results()).as(fallback.log()).containsEntry("reason", "fallback");
    assertThat(third.run(false, tool.build(), printed(fallback.log()))).doesNotStartWith("FAILED");
  }

  @Test
  void areToldOfPoetryThatItsFilesAreItsOwnersAlone() throws IOException {
    try (PackageServer server = new PackageServer()) {
      ToolProject tool = ServedProjects.of("poetry", server, folder);
      ToolBuild first = checkout("first", tool);
      Path lock = lock(first, tool);
      OnePod.Ran missed = steps.fetch(first.workspace(), "poetry", reference);
      Matcher cure = Pattern.compile("let its last command be: (.*)").matcher(missed.log());
      assertThat(cure.find()).as(missed.log()).isTrue();
      Map<String, String> variables = printed(missed.log());
      assertThat(first.run(false, tool.build(), variables)).doesNotStartWith("FAILED");
      assertThat(steps.upload(first.workspace(), "poetry", reference).results())
          .containsEntry("reason", "unreadable");

      assertThat(first.run(false, cure.group(1), variables)).isEmpty();
      assertThat(steps.upload(first.workspace(), "poetry", reference).results())
          .containsEntry("reason", "saved");
      int downloads = server.downloads();

      ToolBuild second = checkout("second", tool, lock);
      OnePod.Ran fetched = steps.fetch(second.workspace(), "poetry", reference);
      assertThat(fetched.results()).as(fetched.log()).containsEntry("fetched", "true");
      assertThat(second.run(false, tool.build(), printed(fetched.log())))
          .doesNotStartWith("FAILED");
      assertThat(server.downloads()).as(server.requests().toString()).isEqualTo(downloads);
    }
  }

  @Test
  void areToldOfPipThatItTakesNoFolderOfAnotherUser() throws IOException {
    try (PackageServer server = new PackageServer()) {
      ToolProject tool = ServedProjects.of("pip", server, folder);
      ToolBuild build = checkout("first", tool);

      OnePod.Ran missed = steps.fetch(build.workspace(), "pip", reference);
      String built = build.run(false, tool.build(), printed(missed.log()));
      OnePod.Ran saved = steps.upload(build.workspace(), "pip", reference);

      assertThat(missed.log())
          .contains("pip turns its cache off where the folder belongs to another user")
          .contains("run the build as the user of this step (runAsUser)");
      assertThat(built).doesNotStartWith("FAILED").contains("The cache has been disabled");
      assertThat(saved.results()).as(saved.log()).containsEntry("reason", "empty");
    }
  }
}
