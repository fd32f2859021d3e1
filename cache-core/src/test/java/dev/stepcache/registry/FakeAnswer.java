package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** What a registry answers. */
final class FakeAnswer {
  private FakeAnswer() {}

  /** As the distribution specification has errors. */
  static void error(HttpExchange exchange, int status, String code) throws IOException {
    String body = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"said the fake\"}]}";
    answer(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads what was sent, and answers. */
  static void answer(HttpExchange exchange, int status, byte[] content) throws IOException {
    answer(exchange, status, content, new Fault.Damage(new CountDownLatch(0)));
  }

  /** The same with what a fault does to it. */
  static void answer(HttpExchange exchange, int status, byte[] content, Fault.Damage damage)
      throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
      return;
    }
    exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
    damage.send(exchange, content);
    exchange.close();
  }
}
