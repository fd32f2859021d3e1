package dev.stepcache.http;

import java.io.IOException;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HeaderElements;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer on a connection. Who refuses a body may answer before it has come, and
 * close (RFC 9112, 9.6): the library would lose that answer, which says why, with the failed write.
 */
final class Exchange extends HttpRequestExecutor {
  private static final int FIRST_FINAL = 200;

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      @Nullable HttpResponseInformationCallback interim,
      HttpContext context)
      throws IOException, HttpException {
    boolean answered = false;
    try {
      connection.sendRequestHeader(request);
      Optional<Outgoing.NotTaken> failure = sendBody(request, connection);
      ClassicHttpResponse answer =
          failure.isPresent() ? early(connection, failure.get()) : head(connection);
      if (MessageSupport.canResponseHaveBody(request.getMethod(), answer)) {
        connection.receiveResponseEntity(answer);
      }
      answered = true;
      return answer;
    } finally {
      if (!answered) {
        Closer.close(connection, CloseMode.IMMEDIATE);
      }
    }
  }

  private static Optional<Outgoing.NotTaken> sendBody(
      ClassicHttpRequest request, HttpClientConnection connection)
      throws IOException, HttpException {
    try {
      connection.sendRequestEntity(request);
      connection.flush();
      return Optional.empty();
    } catch (Outgoing.NotTaken e) {
      return Optional.of(e);
    }
  }

  /** What the other side said before it took no more. */
  private static ClassicHttpResponse early(
      HttpClientConnection connection, Outgoing.NotTaken failure) throws IOException {
    try {
      ClassicHttpResponse answer = head(connection);
      // Half a body lies in it: no other request can follow.
      answer.setHeader(HttpHeaders.CONNECTION, HeaderElements.CLOSE);
      return answer;
    } catch (IOException | HttpException e) {
      throw failure.reason();
    }
  }

  private static ClassicHttpResponse head(HttpClientConnection connection)
      throws IOException, HttpException {
    while (true) {
      ClassicHttpResponse answer = connection.receiveResponseHeader();
      if (answer.getCode() >= FIRST_FINAL) {
        return answer;
      }
    }
  }
}
