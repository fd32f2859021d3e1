package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One run of a sample on this machine: in a workspace of its own, with a folder as the store. */
final class SampleRun {
  private final Sample sample;
  private final Path folder;
  private final String reference;
  private OnePod.Ran fetched;

  /**
   * @param folder where the run happens; its workspace is {@link #source}
   * @param store the folder that caches are kept in
   */
  SampleRun(Sample sample, Path folder, Path store) throws IOException {
    this.sample = sample;
    this.folder = folder;
    this.reference = "file://" + store + ":{{hash}}";
    Files.createDirectories(source());
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
          if (!value.isText()) {
            pod.list(name, value.texts().toArray(String[]::new));
          } else if (!name.equals(reference) && !name.equals("KEY")) {
            pod.param(name, Sample.replaced(value.text(), source(), fetched != null && found()));
          }
        });
    return pod;
  }

  OnePod.Ran fetch() throws IOException {
    fetched = pod("cache-fetch", "SOURCE").fetch(reference);
    return fetched;
  }

  /** The build's step, as it stands in the sample; it must succeed. */
  void build(Map<String, String> more) throws IOException, InterruptedException {
    build(more, List.of());
  }

  /**
   * The same in what plays its container.
   *
   * @param container a command that runs the one that follows it
   */
  void build(Map<String, String> more, List<String> container)
      throws IOException, InterruptedException {
    Yaml step = sample.own().getFirst();
    Path script = folder.resolve("script");
    Files.writeString(script, Sample.replaced(step.at("script").text(), source(), found()));
    List<String> command = new ArrayList<>(container);
    command.addAll(List.of("sh", "-e", script.toString()));
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

  /** What follows the program in a step that has a command instead of a script. */
  List<String> args(String step) {
    assertThat(named(step).at("command").texts()).hasSize(1);
    return named(step).at("args").texts().stream().map(this::replaced).toList();
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
    return Sample.replaced(text, source(), found());
  }

  OnePod.Ran upload() throws IOException {
    return pod("cache-upload", "TARGET").upload(reference);
  }
}
