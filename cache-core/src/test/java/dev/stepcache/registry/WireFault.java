package dev.stepcache.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Something that goes wrong below HTTP with one request to a {@link FaultyWire}. */
@FunctionalInterface
public interface WireFault {
  void strike(Socket client, CountDownLatch closing) throws IOException, InterruptedException;

  /** These bytes, and the end of the connection. */
  static WireFault says(String answer) {
    return (client, closing) ->
        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** These bytes, and then a reset. */
  static WireFault resetsAfter(String answer) {
    return (client, closing) -> {
      client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      client.setSoLinger(true, 0);
    };
  }

  /** These bytes, and then nothing more. */
  static WireFault silentAfter(String answer) {
    return (client, closing) -> {
      client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      closing.await();
    };
  }

  /** A beginning, and then the same for ever, as fast as it is read. */
  static WireFault endless(String beginning, String more) {
    return (client, closing) -> {
      OutputStream out = client.getOutputStream();
      out.write(beginning.getBytes(StandardCharsets.ISO_8859_1));
      byte[] much = more.repeat(1000).getBytes(StandardCharsets.ISO_8859_1);
      while (closing.getCount() > 0) {
        out.write(much);
      }
    };
  }

  /** A whole answer, a byte at a time. */
  static WireFault drips(String answer, long millis) {
    return (client, closing) -> {
      for (byte one : answer.getBytes(StandardCharsets.ISO_8859_1)) {
        client.getOutputStream().write(one);
        if (closing.await(millis, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    };
  }

  static WireFault garbage() {
    return (client, closing) -> {
      byte[] bytes = new byte[4096];
      new Random(4).nextBytes(bytes);
      client.getOutputStream().write(bytes);
    };
  }
}
