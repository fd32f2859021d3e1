package dev.stepcache.registry;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What was sent over a connection on this machine and not read yet, as the kernel tells it. */
final class UnreadBytes {
  private static final List<Path> CONNECTIONS =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

  private UnreadBytes() {}

  /** Whether there are any that the other side can still read. */
  static boolean in(Socket socket) throws IOException {
    String here = port(socket.getLocalPort());
    String there = port(socket.getPort());
    for (Path connections : CONNECTIONS) {
      for (String line : Files.readAllLines(connections)) {
        // The columns: number, local address, remote address, state, sent:received, and more.
        String[] columns = line.strip().split(" +");
        String[] queues = columns[4].split(":");
        boolean isSent = columns[1].endsWith(here) && columns[2].endsWith(there);
        boolean isReceived = columns[1].endsWith(there) && columns[2].endsWith(here);
        if ((isSent && !queues[0].matches("0+")) || (isReceived && !queues[1].matches("0+"))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String port(int number) {
    return ":%04X".formatted(number);
  }
}
