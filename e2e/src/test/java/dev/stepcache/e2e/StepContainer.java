package dev.stepcache.e2e;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A step in its container, as Tekton would start it: params in the environment, arrays as
 * arguments, result files, a workspace at {@link #WORKSPACE}. It sees the host's network, and so a
 * registry on the loopback address.
 */
final class StepContainer {
  static final String WORKSPACE = "/workspace/source";

  private static final String RESULTS = "/tekton/step/results";

  private final StepImage image;
  private final Confinement confinement;
  private final Path results;
  private final Map<String, String> environment = new HashMap<>();
  private final List<Bind> binds = new ArrayList<>();
  private OneRun untilItEnds = new OneRun();

  /**
   * @param workspace a folder of the host that any user may write to
   * @param results a new folder for the result files
   */
  StepContainer(StepImage image, Confinement confinement, Path workspace, Path results)
      throws IOException {
    this.image = image;
    this.confinement = confinement;
    this.results = openToAll(results);
    mount(workspace, WORKSPACE);
    mount(results, RESULTS);
    // The engine sets HOME where nothing else does.
    environment.put("HOME", "");
  }

  static Path openToAll(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /** Sets the param, by its name in the StepAction. */
  StepContainer param(String name, String value) {
    environment.put("PARAM_" + name.replace('-', '_'), value);
    return this;
  }

  /** Asks for the result, by its name in the StepAction. */
  StepContainer result(String name) {
    environment.put("RESULT_" + name, RESULTS + "/" + name);
    return this;
  }

  /** Sets a variable of the environment as it is. */
  StepContainer variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Lets the step see a folder of the host, to be written to. */
  StepContainer mount(Path folder, String place) {
    binds.add(new Bind(folder.toString(), new Volume(place), AccessMode.rw));
    return this;
  }

  /** Sends SIGTERM once what is waited for has happened. */
  StepContainer terminateWhen(BooleanSupplier happened) {
    untilItEnds = new OneRun(happened);
    return this;
  }

  StepRun run(String... arguments) {
    return start(List.of(), List.of(arguments));
  }

  /** Runs another program of the image in the step's place, if the image has it. */
  StepRun runInstead(String program, String... arguments) {
    return start(List.of(program), List.of(arguments));
  }

  private StepRun start(List<String> entrypoint, List<String> arguments) {
    LoadedImages.load(image);
    try (GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image.tag()))
            .withImagePullPolicy(name -> false)
            .withEnv(environment)
            .withNetworkMode("host")
            .withStartupCheckStrategy(untilItEnds.withTimeout(Duration.ofMinutes(3)))
            .withCreateContainerCmdModifier(create -> {
              if (!entrypoint.isEmpty()) {
                create.withEntrypoint(entrypoint);
              }
              create.withCmd(new ArrayList<>(arguments));
              create.getHostConfig().withBinds(binds);
              confinement.confine(create);
            })) {
      container.start();
      return new StepRun(untilItEnds.exitCode(), container.getLogs(), written());
    }
  }

  private Map<String, String> written() {
    try (var files = Files.list(results)) {
      Map<String, String> written = new TreeMap<>();
      for (Path file : files.toList()) {
        written.put(file.getFileName().toString(), Files.readString(file));
      }
      return written;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
