package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Who may use a {@link FakeRegistry}: at first, everybody. */
public final class FakeLogin {
  private enum Kind {
    OPEN,
    BASIC,
    BEARER
  }

  private final FakeRegistry registry;
  private final Map<String, AtomicInteger> tokens = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private volatile Kind kind = Kind.OPEN;
  private volatile String basic = "";
  private volatile String refreshToken = "";
  private volatile String realm = "";
  private volatile int uses = Integer.MAX_VALUE;

  FakeLogin(FakeRegistry registry) {
    this.registry = registry;
  }

  public void basic(String user, String password) {
    kind = Kind.BASIC;
    basic = header(user, password);
  }

  /** Tokens from {@code /token}, for this user and for the owner of {@code refresh-me}. */
  public void bearer(String user, String password) {
    kind = Kind.BEARER;
    basic = header(user, password);
    refreshToken = "refresh-me";
    realm = registry.url() + "/token";
  }

  /** Where the challenge sends clients for a token, and after how many requests one expires. */
  public void realm(String url) {
    realm = url;
  }

  public void usesOfEachToken(int count) {
    uses = count;
  }

  private static String header(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** Whether this answered the exchange, with a challenge or a token. */
  boolean answers(HttpExchange exchange) throws IOException {
    String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (exchange.getRequestURI().getPath().equals("/token")) {
      token(exchange, sent);
      return true;
    }
    return switch (kind) {
      case OPEN -> false;
      case BASIC -> !sent.equals(basic) && challenge(exchange, "Basic realm=fake");
      case BEARER -> !isGood(sent) && challenge(exchange, bearerChallenge());
    };
  }

  private String bearerChallenge() {
    return "Negotiate, Bearer realm=\"" + realm + "\",service=\"fake, registry\"";
  }

  private boolean isGood(String sent) {
    AtomicInteger left = tokens.get(sent);
    return left != null && left.getAndDecrement() > 0;
  }

  private static boolean challenge(HttpExchange exchange, String challenge) throws IOException {
    exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
    FakeAnswer.error(exchange, 401, "UNAUTHORIZED");
    return true;
  }

  private void token(HttpExchange exchange, String sent) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean refreshed =
        exchange.getRequestMethod().equals("POST")
            && List.of(body.split("&")).contains("refresh_token=" + refreshToken);
    if (!sent.equals(basic) && !refreshed) {
      FakeAnswer.error(exchange, 401, "UNAUTHORIZED");
      return;
    }
    String token = "token-" + number.incrementAndGet();
    tokens.put("Bearer " + token, new AtomicInteger(uses));
    FakeAnswer.answer(
        exchange, 200, ("{\"token\":\"" + token + "\"}").getBytes(StandardCharsets.UTF_8));
  }
}
