package dev.stepcache.registry;

import com.sun.net.httpserver.HttpServer;
import dev.stepcache.program.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The distribution project's registry as a process, over plain http on this machine, with its data
 * in a folder of the test. Debian's package {@code docker-registry}.
 */
public final class RealRegistry implements AutoCloseable {
  /** Whom the registries with a login know. */
  public static final String USER = "alice";

  public static final String PASSWORD = "wonder:land";

  private final ServerProcess process;
  private final Path storage;
  private final Optional<HttpServer> tokens;

  private RealRegistry(Path folder, String auth, Optional<HttpServer> tokens) {
    this.tokens = tokens;
    this.storage = folder.resolve("registry-data");
    this.process =
        ServerProcess.start(
                folder,
                "registry",
                port -> {
                  Path config = folder.resolve("registry-" + port + ".yml");
                  Files.writeString(
                      config,
                      """
                      version: 0.1
                      log: {level: error}
                      storage:
                        filesystem: {rootdirectory: "%s"}
                        delete: {enabled: true}
                      http: {addr: "127.0.0.1:%d", secret: not-secret}
                      %s
                      """
                          .formatted(storage, port, auth));
                  return List.of(program().toString(), "serve", config.toString());
                })
            .awaitPort();
  }

  /** Whether the program is installed. */
  public static boolean available() {
    return find().isPresent();
  }

  private static Optional<Path> find() {
    return ServerProcess.find("docker-registry");
  }

  private static Path program() {
    return find()
        .orElseThrow(
            () -> new AssertionError("docker-registry is not installed: ./verify installs it"));
  }

  public static RealRegistry open(Path folder) {
    return new RealRegistry(folder, "", Optional.empty());
  }

  public static RealRegistry basic(Path folder) {
    Path users = resource(folder, "htpasswd");
    String auth = "auth: {htpasswd: {realm: stepcache, path: \"" + users + "\"}}";
    return new RealRegistry(folder, auth, Optional.empty());
  }

  /** Tokens come from a service of the test, which signs them with the test's authority. */
  public static RealRegistry bearer(Path folder) {
    HttpServer tokens = SignedTokens.serve(USER, PASSWORD);
    String auth =
        """
        auth:
          token:
            realm: http://127.0.0.1:%d/token
            service: stepcache-registry
            issuer: stepcache-test
            rootcertbundle: "%s"
        """
            .formatted(tokens.getAddress().getPort(), resource(folder, "ca.pem"));
    return new RealRegistry(folder, auth, Optional.of(tokens));
  }

  private static Path resource(Path folder, String name) {
    try (InputStream in = RealRegistry.class.getResourceAsStream("/registry/" + name)) {
      Path file = folder.resolve("registry-" + name);
      Files.write(file, in.readAllBytes());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code 127.0.0.1:port} */
  public String host() {
    return process.host();
  }

  /** Where it keeps its blobs and links; what is deleted there, it has lost. */
  public Path storage() {
    return storage;
  }

  /** The requests it has answered so far, such as {@code PUT /v2/...}, in order. */
  public List<String> requests() throws IOException {
    Pattern request = Pattern.compile("\"([A-Z]+ /v2/\\S*) HTTP/1");
    try (Stream<String> lines = Files.lines(process.log())) {
      return lines
          .map(request::matcher)
          .filter(Matcher::find)
          .map(found -> found.group(1))
          .toList();
    }
  }

  @Override
  public void close() {
    tokens.ifPresent(server -> server.stop(0));
    process.close();
  }
}
