package dev.stepcache.s3;

import dev.stepcache.program.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * moto, a server of S3, STS and more of AWS that keeps all in its memory (PyPI's {@code
 * moto[server]}). It believes every signature.
 */
public final class MotoServer extends S3Server {
  private MotoServer(ServerProcess process) {
    super(process);
  }

  /** Whether the program is installed. */
  public static boolean available() {
    return find().isPresent();
  }

  private static Optional<Path> find() {
    return ServerProcess.find("moto_server", ".cache/stepcache-moto/bin");
  }

  private static Path program() {
    return find()
        .orElseThrow(
            () -> new AssertionError("moto_server is not installed: ./verify installs it"));
  }

  /** Starts one whose log lies in a folder. */
  public static MotoServer start(Path folder) {
    return new MotoServer(
        ServerProcess.start(
                folder,
                "moto",
                port ->
                    List.of(program().toString(), "-H", "127.0.0.1", "-p", Integer.toString(port)))
            .awaitPort());
  }
}
