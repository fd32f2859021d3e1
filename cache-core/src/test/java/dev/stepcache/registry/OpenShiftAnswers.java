package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** How OpenShift's registry words its errors. */
final class OpenShiftAnswers {
  private OpenShiftAnswers() {}

  /** With a challenge that nobody can answer (22). */
  static boolean denied(HttpExchange exchange) throws IOException {
    return denied(exchange, "Basic realm=openshift,error=\"access denied\"");
  }

  static boolean denied(HttpExchange exchange, String challenge) throws IOException {
    exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
    return error(exchange, 401, "UNAUTHORIZED", "authentication required");
  }

  /** Counts down to 0; false at the end. */
  static boolean oneLess(AtomicInteger left) {
    return left.getAndUpdate(number -> Math.max(0, number - 1)) > 0;
  }

  static boolean error(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    return error(exchange, status, code, message, "{}");
  }

  static boolean error(
      HttpExchange exchange, int status, String code, String message, String detail)
      throws IOException {
    String body =
        "{\"errors\":[{\"code\":\""
            + code
            + "\",\"message\":\""
            + message
            + "\",\"detail\":"
            + detail
            + "}]}\n";
    return Fault.status(status, body).strike(exchange, damage());
  }

  static Fault.Damage damage() {
    return new Fault.Damage(new CountDownLatch(0));
  }
}
