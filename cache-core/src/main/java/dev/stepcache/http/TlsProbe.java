package dev.stepcache.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a server says to a word of TLS. Cheaper than to try: Java's TLS costs a quarter of a second
 * of a processor before its first byte, in vain where plain http is spoken.
 */
public enum TlsProbe {
  TLS,
  HTTP,
  SILENCE,
  /** Nothing that says what is spoken, or nobody there. */
  UNCLEAR;

  /**
   * A ClientHello of TLS 1.2 (RFC 5246, 7.4.1.2) with three usual cipher suites and no extensions.
   * Whoever speaks any TLS answers it with a record, if only an alert. Its 32 random bytes, which
   * nothing is encrypted with, end with the two line breaks that end a request of http: who speaks
   * that takes all before them for a bad one, and says so at once instead of waiting for more.
   */
  private static final byte[] HELLO =
      HexFormat.of()
          .parseHex(
              "1603010031"
                  + "0100002d0303"
                  + "7374657063616368653a20776861742069732073706f6b656e3f20200d0a0d0a"
                  + "00"
                  + "0006c02fc02b009c"
                  + "0100");

  private static final int ALERT = 0x15;
  private static final int HANDSHAKE = 0x16;
  private static final byte[] STATUS = "HTTP/".getBytes(StandardCharsets.US_ASCII);

  static TlsProbe of(Origin server, int connectMillis, int silenceMillis) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.bareHost(), server.port()), connectMillis);
      socket.setSoTimeout(silenceMillis);
      socket.getOutputStream().write(HELLO);
      return read(socket.getInputStream());
    } catch (SocketTimeoutException e) {
      return SILENCE;
    } catch (IOException e) {
      return UNCLEAR;
    }
  }

  private static TlsProbe read(InputStream in) throws IOException {
    byte[] start = in.readNBytes(STATUS.length);
    if (start.length < STATUS.length) {
      return UNCLEAR;
    }
    if ((start[0] == ALERT || start[0] == HANDSHAKE) && start[1] == 3) {
      return TLS;
    }
    return Arrays.equals(start, STATUS) ? HTTP : UNCLEAR;
  }
}
