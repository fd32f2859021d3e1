package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UnreadBytesTest {
  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final Socket reader = new Socket(server.getInetAddress(), server.getLocalPort());
  private final Socket writer = server.accept();

  UnreadBytesTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    reader.close();
    writer.close();
    server.close();
  }

  /** What was read is acknowledged a little later. */
  private void awaitNone() throws IOException {
    while (UnreadBytes.in(writer)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void areThereUntilAllWasRead() throws IOException {
    assertThat(UnreadBytes.in(writer)).isFalse();

    writer.getOutputStream().write(new byte[1000]);
    assertThat(UnreadBytes.in(writer)).isTrue();

    reader.getInputStream().readNBytes(999);
    assertThat(UnreadBytes.in(writer)).isTrue();

    reader.getInputStream().read();
    awaitNone();
  }

  @Test
  void areNoneWhereNobodyCanReadThem() throws IOException {
    writer.getOutputStream().write(new byte[1000]);

    reader.close();

    awaitNone();
  }
}
