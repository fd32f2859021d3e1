package dev.stepcache.oauth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.retry.Exchanges;
import dev.stepcache.retry.RetryPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A token service on this machine, over plain http, that answers what it is told to. */
public final class TokenServer implements AutoCloseable {
  /** A token as Google and Microsoft give it. */
  public static final String TOKEN =
      "{\"access_token\":\"ya29.secret\",\"expires_in\":3599,\"token_type\":\"Bearer\"}";

  private final HttpServer server;
  private final List<Asked> asked = new ArrayList<>();
  private final Deque<Answer> answers = new ArrayDeque<>();

  /** What somebody asked. */
  public record Asked(String method, String uri, Map<String, String> headers, String body) {
    /** The fields of a form. */
    public Map<String, String> form() {
      Map<String, String> fields = new TreeMap<>();
      for (String pair : body.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
      return fields;
    }
  }

  private record Answer(int status, String body) {}

  /** One that gives tokens. */
  public TokenServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            headers,
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    Answer answer = answers.isEmpty() ? new Answer(200, TOKEN) : answers.removeFirst();
    byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** What it answers next, after what it was told before. */
  public synchronized TokenServer next(int status, String body) {
    answers.add(new Answer(status, body));
    return this;
  }

  /** All that it was asked. */
  public synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** {@code 127.0.0.1:port} */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Its address. */
  public String url(String path) {
    return "http://" + host() + path;
  }

  /** Asks by a wire of its own, once and again at once. */
  public static TokenService service(InstantSource clock) {
    return new TokenService(
        new Exchanges(
            new Wire(Trust.JDK_ROOTS, false, Proxies.NONE, Limits.STANDARD),
            Limits.STANDARD,
            new RetryPolicy(
                2, Duration.ofMillis(1), Duration.ofMillis(1), 4, Duration.ofMinutes(1)),
            retry -> {},
            "the token service"),
        clock);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
