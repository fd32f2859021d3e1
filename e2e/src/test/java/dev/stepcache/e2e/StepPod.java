package dev.stepcache.e2e;

import dev.stepcache.disk.MarkerFiles;
import dev.stepcache.restore.TreeSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One run of our user's pipeline: a clean checkout in a workspace that all its steps see, the home
 * folder that Tekton shares among them, and the two calls as their go.yaml spells them.
 */
final class StepPod {
  private static final String PATTERN = "**go.mod";

  private final Path folder;
  private final String reference;
  private final Path workspace;
  private final Path home;
  private int runs;

  /**
   * @param folder where the pod's folders go; created
   * @param reference SOURCE and TARGET
   */
  StepPod(Path folder, String reference) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.reference = reference;
    this.workspace = StepContainer.openToAll(folder.resolve("workspace"));
    this.home = StepContainer.openToAll(folder.resolve("home"));
    Files.writeString(workspace.resolve("go.mod"), "module example.com/app\n\ngo 1.24\n");
    Files.writeString(workspace.resolve("go.sum"), "example.com/a v1.0.0 h1:AAAA=\n");
    Path tools = Files.createDirectories(workspace.resolve("tools"));
    Files.writeString(tools.resolve("go.mod"), "module example.com/app/tools\n");
  }

  Path workspace() {
    return workspace;
  }

  /** Inside the working directory, as in go.yaml. */
  Path cachePath() {
    return workspace.resolve("go-build-cache");
  }

  /** What lies in the cache path, but for what keeps Go out of it. */
  SortedMap<String, TreeSnapshot.Entry> tree() throws IOException {
    if (!Files.isDirectory(cachePath())) {
      return new TreeMap<>();
    }
    SortedMap<String, TreeSnapshot.Entry> tree = TreeSnapshot.of(cachePath());
    if (MarkerFiles.isOne(cachePath(), "go.mod")) {
      tree.remove("go.mod");
    }
    return tree;
  }

  StepRun fetch(Confinement confinement) throws IOException {
    return run(fetchStep(confinement));
  }

  StepRun upload(Confinement confinement) throws IOException {
    return run(uploadStep(confinement));
  }

  static StepRun run(StepContainer step) {
    return step.run("--@PATTERNS", "--@patterns", PATTERN, "**go.sum");
  }

  StepContainer fetchStep(Confinement confinement) throws IOException {
    StepContainer step = step(StepImage.CACHE_FETCH, confinement).param("source", reference);
    for (String result : new String[] {"fetched", "key", "matched", "reason", "digest", "ref"}) {
      step.result(result);
    }
    return step;
  }

  StepContainer uploadStep(Confinement confinement) throws IOException {
    StepContainer step =
        step(StepImage.CACHE_UPLOAD, confinement)
            .param("target", reference)
            .param("fetched", "$(tasks.cached-fetch.results.fetched)")
            .param("force-cache-upload", "false");
    for (String result : new String[] {"uploaded", "digest", "ref", "reason"}) {
      step.result(result);
    }
    return step;
  }

  private StepContainer step(StepImage image, Confinement confinement) throws IOException {
    return new StepContainer(image, confinement, workspace, folder.resolve("results-" + ++runs))
        .mount(home, "/tekton/home")
        .param("cachePath", StepContainer.WORKSPACE + "/go-build-cache")
        .param("workingdir", StepContainer.WORKSPACE)
        .param("insecure", "true");
  }
}
