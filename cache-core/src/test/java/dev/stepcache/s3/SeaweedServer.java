package dev.stepcache.s3;

import dev.stepcache.program.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * SeaweedFS, whose objects are files of its own file system. It verifies signatures, and makes a
 * bucket that is not there when somebody who may do all writes to it. {@code ./verify --long}
 * installs it below {@code ~/.cache}.
 */
public final class SeaweedServer extends S3Server {
  private static final String IDENTITIES =
      """
      {"identities": [{
        "name": "tests",
        "credentials": [{"accessKey": "%s", "secretKey": "%s"}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"]
      }]}
      """
          .formatted(ACCESS_KEY, SECRET_KEY);

  private final List<Path> sockets;

  private SeaweedServer(ServerProcess process, List<Path> sockets) {
    super(process);
    this.sockets = sockets;
  }

  /** Whether the program is installed. */
  public static boolean available() {
    return find().isPresent();
  }

  private static Optional<Path> find() {
    return ServerProcess.find("weed", ".cache/stepcache-seaweedfs");
  }

  /** Starts one that keeps its files in a folder, and its log. */
  public static SeaweedServer start(Path folder) throws IOException {
    Path identities = Files.writeString(folder.resolve("identities.json"), IDENTITIES);
    Path files = Files.createDirectory(folder.resolve("seaweed"));
    List<Path> sockets = new ArrayList<>();
    return new SeaweedServer(
        ServerProcess.start(
                folder,
                "seaweed",
                http -> {
                  List<String> command = new ArrayList<>();
                  command.add(find().orElseThrow().toString());
                  command.addAll(List.of("server", "-dir=" + files, "-s3", "-s3.port=" + http));
                  command.addAll(List.of("-ip=127.0.0.1", "-ip.bind=127.0.0.1"));
                  command.add("-s3.config=" + identities);
                  command.addAll(List.of("-s3.port.iceberg=0", "-s3.port.lance=0"));
                  // Each bucket takes a few volumes of its own.
                  command.addAll(List.of("-volume.max=400", "-master.volumeSizeLimitMB=64"));
                  command.add("-master.telemetry=false");
                  for (String part : List.of("master", "volume", "filer", "s3")) {
                    int port = ServerProcess.freePort();
                    command.add("-" + part + ".port.grpc=" + port);
                    sockets.add(socket(part, port));
                  }
                  for (String part : List.of("master", "volume", "filer")) {
                    command.add("-" + part + ".port=" + ServerProcess.freePort());
                  }
                  for (String part : List.of("filer", "s3")) {
                    command.add("-" + part + ".localSocket=" + files.resolve(part + ".sock"));
                  }
                  return command;
                })
            .awaitPort(),
        sockets);
  }

  /** Where each of its parts listens besides, whatever its options and TMPDIR say. */
  private static Path socket(String part, int port) {
    return Path.of("/tmp/seaweedfs-%s-grpc-%d.sock".formatted(part, port));
  }

  /** Removes the sockets too, which it leaves. */
  @Override
  public void close() {
    super.close();
    for (Path socket : sockets) {
      try {
        Files.deleteIfExists(socket);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
