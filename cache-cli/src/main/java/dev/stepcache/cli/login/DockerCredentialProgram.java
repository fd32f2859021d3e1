package dev.stepcache.cli.login;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.credentials.CredentialProgram;
import dev.stepcache.credentials.Login;
import dev.stepcache.io.Interrupts;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs {@code docker-credential-<name> get}, as docker does: the registry on its standard input, a
 * JSON object on its standard output. Nothing that it prints is ever shown.
 *
 * @param environment of the program; its PATH is where it is looked for
 * @param patience after which it is ended: it may ask a person something
 */
public record DockerCredentialProgram(Map<String, String> environment, Duration patience)
    implements CredentialProgram {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LARGEST = 1 << 20;

  /** A name, and no path. */
  private static final Pattern NAME = Pattern.compile("docker-credential-[A-Za-z0-9_.-]+");

  /** What docker's own helpers say where they have nothing. */
  private static final String NOT_FOUND = "credentials not found in native keychain";

  /** The user that stands for a refresh token. */
  private static final String TOKEN = "<token>";

  public DockerCredentialProgram {
    environment = Map.copyOf(environment);
  }

  /**
   * One that answers within the usual time.
   *
   * @param environment that the program is started with
   */
  public DockerCredentialProgram(Map<String, String> environment) {
    this(environment, PATIENCE);
  }

  @Override
  public Optional<Login> ask(String program, String server) throws IOException {
    if (!NAME.matcher(program).matches()) {
      throw new IOException("is no name of a program");
    }
    Path file =
        inPath(program)
            .orElseThrow(
                () -> new IOException("is in no folder of PATH: install it, or log in anew"));
    Process process = start(file);
    try {
      tell(process, server);
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("did not answer within " + patience.toSeconds() + " s");
      }
      byte[] answer;
      try (InputStream out = process.getInputStream()) {
        answer = out.readNBytes(LARGEST);
      }
      if (process.exitValue() == 0) {
        return login(answer);
      }
      if (new String(answer, StandardCharsets.UTF_8).contains(NOT_FOUND)) {
        return Optional.empty();
      }
      throw new IOException("failed with exit code " + process.exitValue());
    } catch (InterruptedException e) {
      throw Interrupts.caught("was interrupted");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Optional<Path> inPath(String program) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, program);
      if (!folder.isEmpty() && Files.isRegularFile(file) && Files.isExecutable(file)) {
        return Optional.of(file.toAbsolutePath());
      }
    }
    return Optional.empty();
  }

  private Process start(Path file) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(file.toString(), "get");
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      return builder.start();
    } catch (IOException e) {
      // The message has the whole command and errno; nothing of the program's own.
      throw new IOException("could not be started", e);
    }
  }

  private static void tell(Process process, String server) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(server.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It does not want to know; its answer counts.
    }
  }

  private static Optional<Login> login(byte[] answer) throws IOException {
    ObjectNode root;
    try {
      root = Json.object(answer, "answer");
    } catch (MalformedDocumentException e) {
      // The parser's message quotes the document, and so perhaps a password.
      throw new IOException("gave no JSON object");
    }
    String user = root.path("Username").asText("");
    String secret = root.path("Secret").asText("");
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        user.equals(TOKEN) ? new Login.IdentityToken(secret) : new Login.Basic(user, secret));
  }
}
