import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The registry of the tests, which a training run saves to and fetches from, as a process of its
 * own. It runs from its source, since images are also built where no test is compiled, and needs
 * the core's jar. What it holds lies in a folder when it has ended.
 */
final class RegistryProcess implements AutoCloseable {
  private static final String USER = "training";

  private final Process process;
  private final String authority;
  private final String bucket;

  private RegistryProcess(Process process, String authority, String bucket) {
    this.process = process;
    this.authority = authority;
    this.bucket = bucket;
  }

  /**
   * Returns when it listens.
   *
   * @param program its source
   */
  static RegistryProcess start(
      Path program, ClassPath classPath, Path folder, TrainingCertificate certificate)
      throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // Without it each answer on a kept connection may wait 40 ms for an acknowledgement.
            "-Dsun.net.httpserver.nodelay=true",
            "-cp",
            classPath.jars().stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator)),
            program.toString(),
            folder.toString(),
            certificate.store().toString(),
            USER,
            USER);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return new RegistryProcess(process, line(said, program), line(said, program));
  }

  private static String line(BufferedReader said, Path program) throws IOException {
    return Optional.ofNullable(said.readLine())
        .orElseThrow(() -> new IOException(program + " did not start"));
  }

  /** {@code 127.0.0.1:port} of an S3 whose only bucket, {@code caches}, is empty. */
  String bucket() {
    return bucket;
  }

  /** {@code 127.0.0.1:port} */
  String authority() {
    return authority;
  }

  /**
   * Writes a docker config with the login that this registry wants, and names the home folder that
   * it lies in.
   */
  Path writeLogin(Path parent) throws IOException {
    Path home = parent.resolve("home");
    Path docker = Files.createDirectories(home.resolve(".docker"));
    String login = USER + ":" + USER;
    String auth = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        docker.resolve("config.json"),
        "{\"auths\":{\"" + authority + "\":{\"auth\":\"" + auth + "\"}}}");
    return home;
  }

  /** Ends it when all that it holds is in its folder. */
  @Override
  public void close() throws IOException, InterruptedException {
    process.getOutputStream().close();
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IOException("the training's registry ended with " + exit);
    }
  }
}
