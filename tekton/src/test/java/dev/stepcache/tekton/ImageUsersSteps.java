package dev.stepcache.tekton;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.fetch.CacheFetch;
import dev.stepcache.step.Result;
import dev.stepcache.upload.CacheUpload;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The two steps as processes of the user that their images have. Only root can start them.
 *
 * @param classPath where any user may read it
 */
record ImageUsersSteps(Path folder, String classPath) {
  private static final List<String> AS_THE_IMAGES_USER =
      List.of("setpriv", "--reuid=65532", "--regid=0", "--clear-groups");

  /**
   * @param folder is opened to all users, for a store and for workspaces below it
   */
  static ImageUsersSteps in(Path folder) throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may become another user");
    ToolBuild.assumeInstalled("setpriv");
    Files.setAttribute(folder, "unix:mode", 0777);
    // Nobody else may look into root's home.
    Path copies = Files.createDirectory(folder.resolve("class-path"));
    StringJoiner classPath = new StringJoiner(File.pathSeparator);
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (Files.exists(Path.of(part))) {
        Path copy = copies.resolve(Integer.toString(classPath.length()));
        run(List.of("cp", "-r", part, copy.toString()), Map.of(), folder.resolve("log"));
        classPath.add(copy.toString());
      }
    }
    run(List.of("chmod", "-R", "a+rX", copies.toString()), Map.of(), folder.resolve("log"));
    return new ImageUsersSteps(folder, classPath.toString());
  }

  /** Where nothing has the key, what was saved last will do. */
  OnePod.Ran fetch(Path workspace, String preset, String reference) throws IOException {
    return run(
        List.of(CacheFetch.class.getName(), "--@FALLBACK_KEYS", "latest"),
        Result.OF_FETCH,
        params(workspace, preset, "SOURCE", reference));
  }

  OnePod.Ran upload(Path workspace, String preset, String reference) throws IOException {
    return run(
        List.of(CacheUpload.class.getName()),
        Result.OF_UPLOAD,
        params(workspace, preset, "TARGET", reference));
  }

  private static Map<String, String> params(
      Path workspace, String preset, String param, String reference) {
    return Map.of(
        "PARAM_" + param,
        reference,
        "PARAM_PRESET",
        preset,
        "PARAM_WORKING_DIR",
        workspace.toString());
  }

  private OnePod.Ran run(List<String> main, List<Result> results, Map<String, String> params)
      throws IOException {
    Path written = Files.createTempDirectory(folder, "results");
    Files.setAttribute(written, "unix:mode", 0777);
    Map<String, String> environment = new HashMap<>(params);
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("PATH", System.getenv("PATH"));
    results.forEach(
        result -> environment.put(result.variable(), written.resolve(result.name()).toString()));
    List<String> command = new ArrayList<>(AS_THE_IMAGES_USER);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath));
    command.addAll(main);
    Path log = written.resolve("log");
    int exitCode = run(command, environment, log);
    Map<String, String> values = new HashMap<>();
    for (Result result : results) {
      Path value = written.resolve(result.name());
      values.put(result.name(), Files.exists(value) ? Files.readString(value) : "");
    }
    return new OnePod.Ran(exitCode, Files.readString(log), values);
  }

  private static int run(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return builder.start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
