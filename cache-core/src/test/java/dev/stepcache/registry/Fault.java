package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** Something that goes wrong with one request to a server of a test. */
@FunctionalInterface
public interface Fault {
  /** Answers the exchange in the registry's place; false lets the registry go on. */
  boolean strike(HttpExchange exchange, Damage damage) throws IOException;

  /** What is to happen to the body of the registry's own answer. */
  final class Damage {
    final CountDownLatch closing;
    int cut = Integer.MAX_VALUE;
    int stored = Integer.MAX_VALUE;
    boolean silent;
    boolean flip;
    boolean ignoreRange;

    /**
     * @param closing ends what is silent
     */
    public Damage(CountDownLatch closing) {
      this.closing = closing;
    }

    /** Sends a body with what is to happen to it; its head was sent. */
    public void send(HttpExchange exchange, byte[] content) throws IOException {
      byte[] sent = content.clone();
      if (flip && sent.length > 0) {
        sent[0] ^= 1;
      }
      exchange.getResponseBody().write(sent, 0, Math.min(cut, sent.length));
      exchange.getResponseBody().flush();
      if (silent) {
        await(closing);
      }
    }
  }

  static Fault none() {
    return (exchange, damage) -> false;
  }

  static Fault status(int status) {
    return status(status, "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"unknown error\"}]}");
  }

  static Fault status(int status, String body, String... headers) {
    return (exchange, damage) -> {
      exchange.getRequestBody().readAllBytes();
      for (int at = 0; at < headers.length; at += 2) {
        exchange.getResponseHeaders().add(headers[at], headers[at + 1]);
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      boolean bodiless = exchange.getRequestMethod().equals("HEAD") || bytes.length == 0;
      exchange.sendResponseHeaders(status, bodiless ? -1 : bytes.length);
      if (!bodiless) {
        exchange.getResponseBody().write(bytes);
      }
      exchange.close();
      return true;
    };
  }

  static Fault redirect(String target) {
    return status(307, "", "Location", target);
  }

  /** The answer comes, and the connection ends, before the request's body was read. */
  static Fault unread(int status, String body, String... headers) {
    return (exchange, damage) -> {
      for (int at = 0; at < headers.length; at += 2) {
        exchange.getResponseHeaders().add(headers[at], headers[at + 1]);
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.getResponseBody().flush();
      exchange.close();
      return true;
    };
  }

  /** The connection ends without an answer. */
  static Fault reset() {
    return (exchange, damage) -> {
      exchange.close();
      return true;
    };
  }

  /** Nothing is read and nothing is said until the registry is closed. */
  static Fault stall() {
    return (exchange, damage) -> {
      await(damage.closing);
      exchange.close();
      return true;
    };
  }

  /** The body ends after so many bytes, and with it the connection. */
  static Fault cut(int bytes) {
    return (exchange, damage) -> {
      damage.cut = bytes;
      return false;
    };
  }

  /** The storage has only so many bytes of it, which the registry does not know. */
  static Fault stored(int bytes) {
    return (exchange, damage) -> {
      damage.stored = bytes;
      return false;
    };
  }

  /** The body goes silent after so many bytes. */
  static Fault silence(int bytes) {
    return (exchange, damage) -> {
      damage.cut = bytes;
      damage.silent = true;
      return false;
    };
  }

  /** The first byte of the body is another one. */
  static Fault flip() {
    return (exchange, damage) -> {
      damage.flip = true;
      return false;
    };
  }

  /** Range is not understood. */
  static Fault ignoreRange() {
    return (exchange, damage) -> {
      damage.ignoreRange = true;
      return false;
    };
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
