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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The build tools themselves, as far as they are installed: with nothing set but the variables that
 * cache-fetch prints, a second build of a project with one dependency works in a workspace and a
 * home of its own and without any network, from a cache of eight days. The first one downloads from
 * the tools' public registries.
 */
@Tag("program")
@Tag("network")
class PresetBuildsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("dev.stepcache.tekton.ToolProject#ofPublicRegistries")
  void downloadNothingWhenTheyBuildASecondTime(ToolProject tool) throws IOException {
    for (String program : List.of(tool.tool(), "unshare", "ip")) {
      assumeInstalled(program);
    }
    String reference = "file://" + folder.resolve("store") + ":{{hash}}";
    ToolBuild first = ToolBuild.in(folder.resolve("first"), tool);
    String prepared = first.run(false, tool.prepare(), Map.of());
    assumeTrue(
        !prepared.startsWith("FAILED"),
        "it cannot be prepared here, so the preset IS NOT TRIED: " + prepared);
    Path lock = Files.createDirectories(folder.resolve("lock"));
    assertThat(first.run(false, "cp -a . " + lock, Map.of())).isEmpty();
    Map<String, String> variables = printed(first.pod(tool.preset()).fetch(reference).log());
    String built = first.run(false, tool.build(), variables);
    assertThat(built).doesNotStartWith("FAILED");
    // What is hit for more than a week is that old; some tools delete what they take for unused.
    String aged = first.run(false, "find .cache -exec touch -h -d '8 days ago' {} +", Map.of());
    assertThat(aged).isEmpty();
    OnePod.Ran saved = first.pod(tool.preset()).upload(reference);
    assertThat(saved.results()).as(saved.log()).containsEntry("reason", "saved");

    ToolBuild second = ToolBuild.in(folder.resolve("second"), tool);
    assertThat(second.run(false, "cp -a " + lock + "/. .", Map.of())).isEmpty();
    OnePod.Ran fetched = second.pod(tool.preset()).fetch(reference);
    assertThat(fetched.results()).as(fetched.log()).containsEntry("fetched", "true");

    assertThat(second.run(true, tool.build(), printed(fetched.log()))).doesNotStartWith("FAILED");
    ToolBuild third = ToolBuild.in(folder.resolve("third"), tool);
    assertThat(third.run(false, "cp -a " + lock + "/. .", Map.of())).isEmpty();
    OnePod.Ran missed =
        third.pod(tool.preset()).fetch("file://" + folder.resolve("empty") + ":{{hash}}");
    assertThat(third.run(true, tool.build(), printed(missed.log())))
        .as("without the cache it must fail")
        .startsWith("FAILED");
  }

  /** Go's first command of a day deletes from its cache what was not used for five. */
  @Test
  void eachGoCommandOfARunFindsItsResultsInACacheOfEightDays() throws IOException {
    assumeInstalled("go");
    String reference = "file://" + folder.resolve("store") + ":{{hash}}";
    Map<String, String> files =
        Map.of(
            "go.mod",
            "module app\n\ngo 1.21\n",
            "a/main.go",
            "package main\n\nfunc main() { println(1) }\n",
            "b/main.go",
            "package main\n\nimport \"encoding/json\"\n\nfunc main() { json.Valid(nil) }\n");
    ToolProject tool = new ToolProject("go", "go", files, "", "");
    ToolBuild first = ToolBuild.in(folder.resolve("first"), tool);
    Map<String, String> variables = printed(first.pod(tool.preset()).fetch(reference).log());
    for (String program : List.of("./a", "./b")) {
      assertThat(first.run(false, "go build -trimpath -x -o /dev/null " + program, variables))
          .contains("/compile ");
    }
    String age =
        "date -d '8 days ago' +%s >.cache/go/cache/trim.txt; "
            + "find .cache -exec touch -h -d '8 days ago' {} +";
    assertThat(first.run(false, age, Map.of())).isEmpty();
    assertThat(first.pod(tool.preset()).upload(reference).results())
        .containsEntry("reason", "saved");
    ToolBuild second = ToolBuild.in(folder.resolve("second"), tool);

    OnePod.Ran fetched = second.pod(tool.preset()).fetch(reference);

    assertThat(fetched.results()).containsEntry("fetched", "true");
    for (String program : List.of("./a", "./b")) {
      assertThat(
              second.run(
                  false, "go build -trimpath -x -o /dev/null " + program, printed(fetched.log())))
          .doesNotStartWith("FAILED")
          .doesNotContain("/compile ");
    }
  }

  static List<String> servedTools() {
    return ServedProjects.TOOLS;
  }

  /**
   * Some ask an index about each package in any case. The package has files of the names that
   * presets leave out.
   */
  @ParameterizedTest
  @MethodSource("servedTools")
  void downloadNoPackageASecondTimeAndHaveItWhole(String program) throws IOException {
    try (PackageServer server = new PackageServer()) {
      ToolProject tool = ServedProjects.of(program, server, folder);
      String reference = "file://" + folder.resolve("store") + ":{{hash}}";
      ToolBuild first = ToolBuild.in(folder.resolve("first"), tool);
      String made = first.run(false, tool.prepare(), Map.of());
      assumeTrue(
          !made.startsWith("FAILED"),
          "it cannot be prepared here, so the preset IS NOT TRIED: " + made);
      Path lock = Files.createDirectories(folder.resolve("lock"));
      assertThat(first.run(false, "cp -a . " + lock, Map.of())).isEmpty();
      int prepared = server.downloads();
      assertThat(
              first.run(
                  false, tool.build(), printed(first.pod(tool.preset()).fetch(reference).log())))
          .doesNotStartWith("FAILED");
      assertThat(server.downloads()).as(server.requests().toString()).isEqualTo(prepared + 1);
      assertThat(first.pod(tool.preset()).upload(reference).results())
          .containsEntry("reason", "saved");

      ToolBuild second = ToolBuild.in(folder.resolve("second"), tool);
      assertThat(second.run(false, "cp -a " + lock + "/. .", Map.of())).isEmpty();
      OnePod.Ran fetched = second.pod(tool.preset()).fetch(reference);
      assertThat(fetched.results()).containsEntry("fetched", "true");

      assertThat(second.run(false, tool.build(), printed(fetched.log())))
          .doesNotStartWith("FAILED");
      assertThat(server.downloads()).as(server.requests().toString()).isEqualTo(prepared + 1);
    }
  }
}
