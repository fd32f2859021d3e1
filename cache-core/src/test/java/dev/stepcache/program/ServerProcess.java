package dev.stepcache.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server of other people as a process on this machine, at a port of its own on the loopback
 * interface. It ends when it is closed.
 */
public final class ServerProcess implements AutoCloseable {
  private static final long PATIENCE = Duration.ofSeconds(60).toNanos();

  private final Process process;
  private final int port;
  private final Path log;

  private ServerProcess(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** A step of which it shows whether a server is up. */
  @FunctionalInterface
  public interface Attempt {
    /** Throws IOException where the server does not answer yet. */
    void run() throws IOException;
  }

  /** What starts a server, once it is known at which port. */
  @FunctionalInterface
  public interface Command {
    List<String> at(int port) throws IOException;
  }

  /**
   * Where a program is installed: in one of some folders, or in the PATH.
   *
   * @param homes folders below the home of whoever runs the tests
   */
  public static Optional<Path> find(String program, String... homes) {
    String home = System.getenv().getOrDefault("HOME", "/");
    return Stream.concat(
            Arrays.stream(homes).map(folder -> Path.of(home, folder)),
            Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                .map(Path::of))
        .map(folder -> folder.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts one, which may not answer yet.
   *
   * @param folder where it runs, and where what it prints goes, into {@code name-port.log}
   */
  public static ServerProcess start(Path folder, String name, Command command) {
    int port = freePort();
    Path log = folder.resolve(name + "-" + port + ".log");
    try {
      Process process =
          new ProcessBuilder(command.at(port))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new ServerProcess(process, port, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port that nobody listens at. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it takes connections. */
  public ServerProcess awaitPort() {
    return await(() -> {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      }
    });
  }

  /** Tries until it answers; closes it where it does not. */
  public ServerProcess await(Attempt attempt) {
    long end = System.nanoTime() + PATIENCE;
    while (process.isAlive() && System.nanoTime() < end) {
      try {
        attempt.run();
        return this;
      } catch (IOException e) {
        pause();
      }
    }
    close();
    throw new AssertionError(log.getFileName() + ": the server did not start on " + host());
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@code 127.0.0.1:port} */
  public String host() {
    return "127.0.0.1:" + port;
  }

  /** What it printed so far. */
  public Path log() {
    return log;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
