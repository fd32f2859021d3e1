package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One run of a sample on this machine: in a workspace of its own, with a folder as the store. */
final class SampleRun {
  private static final String REGISTRY = "image-registry.openshift-image-registry.svc:5000";

  private final Sample sample;
  private final Path folder;
  private final String reference;
  private final List<String> references;
  private String registry = REGISTRY;
  private OnePod.Ran fetched;

  /**
   * @param folder where the run happens; its workspace is {@link #source}
   * @param store the folder that caches are kept in
   */
  SampleRun(Sample sample, Path folder, Path store) throws IOException {
    this.sample = sample;
    this.folder = folder;
    this.reference = "file://" + store + ":{{hash}}";
    this.references = List.of("file://" + store + "-near:{{hash}}", reference);
    Files.createDirectories(source());
  }

  /** Has the build push to another registry than that of the cluster. */
  SampleRun pushTo(String host) {
    registry = host;
    return this;
  }

  Path source() {
    return folder.resolve("workspace/source");
  }

  private boolean found() {
    return fetched.results().get("fetched").equals("true");
  }

  private OnePod pod(String action, String reference) throws IOException {
    OnePod pod = new OnePod(folder).patterns();
    sample
        .given(action)
        .forEach((name, value) -> {
          if (name.equals(reference + "S")) {
            pod.list(name, references.toArray(String[]::new));
          } else if (!value.isText()) {
            pod.list(name, value.texts().toArray(String[]::new));
          } else if (!name.equals(reference) && !name.equals("KEY")) {
            pod.param(name, Sample.replaced(value.text(), source(), fetched != null && found()));
          }
        });
    return pod;
  }

  /** Blank where the sample names several. */
  private String one(String action, String param) {
    return sample.given(action).containsKey(param) ? reference : "";
  }

  OnePod.Ran fetch() throws IOException {
    fetched = pod("cache-fetch", "SOURCE").fetch(one("cache-fetch", "SOURCE"));
    return fetched;
  }

  /** The build's step, as it stands in the sample; it must succeed. */
  void build(Map<String, String> more) throws IOException, InterruptedException {
    run(sample.own().getFirst(), more, List.of());
  }

  /**
   * One of the steps between ours, as it stands in the sample; it must succeed.
   *
   * @param more variables that replace and add to the step's
   * @param container a command that plays its container: it runs the one that follows it
   */
  void run(String step, Map<String, String> more, List<String> container)
      throws IOException, InterruptedException {
    run(named(step), more, container);
  }

  private void run(Yaml step, Map<String, String> more, List<String> container)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(container);
    if (step.at("script").isText()) {
      Path script = folder.resolve("script");
      Files.writeString(script, replaced(step.at("script").text()));
      command.addAll(List.of("sh", "-e", script.toString()));
    } else {
      command.addAll(step.at("command").texts());
      step.at("args").texts().forEach(arg -> command.add(replaced(arg)));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Path.of(replaced(step.at("workingDir").text())).toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", Files.createDirectories(folder.resolve("home")).toString());
    environment.putAll(Sample.environment(step, this::replaced));
    environment.putAll(more);
    builder.environment().clear();
    builder.environment().putAll(environment);
    int exitCode = builder.start().waitFor();
    assertThat(exitCode).as(log()).isZero();
  }

  /** Whether a step runs at all, now that cache-fetch has. */
  boolean runs(String step) {
    return named(step).at("when").list().stream()
        .allMatch(when -> {
          assertThat(when.at("operator").text()).isIn("in", "notin");
          boolean isIn = when.at("values").texts().contains(replaced(when.at("input").text()));
          return isIn == when.at("operator").text().equals("in");
        });
  }

  private Yaml named(String step) {
    return sample.own().stream()
        .filter(each -> each.at("name").text().equals(step))
        .findFirst()
        .orElseThrow();
  }

  /** What the build printed. */
  String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private String replaced(String text) {
    return Sample.replaced(text, source(), found()).replace(REGISTRY, registry);
  }

  /** Asserts that cache-upload, which may be another user than the build, can read all of it. */
  static void assertReadableByAll(Path cachePath) throws IOException {
    try (Stream<Path> all = Files.walk(cachePath)) {
      assertThat(all)
          .isNotEmpty()
          .allSatisfy(path -> {
            Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(path);
            assertThat(allowed).contains(PosixFilePermission.OTHERS_READ);
            if (Files.isDirectory(path)) {
              assertThat(allowed).contains(PosixFilePermission.OTHERS_EXECUTE);
            }
          });
    }
  }

  OnePod.Ran upload() throws IOException {
    return pod("cache-upload", "TARGET").upload(one("cache-upload", "TARGET"));
  }
}
