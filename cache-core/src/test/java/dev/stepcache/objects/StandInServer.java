package dev.stepcache.objects;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.stepcache.registry.Fault;
import dev.stepcache.registry.FaultRules;
import dev.stepcache.registry.ServerKeys;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands in for an object store of which no server is installed: objects with versions and
 * conditions in memory, over plain http on this machine. What a service's own protocol says is for
 * those who extend it, with the statuses and codes that were recorded of the real ones. A canned
 * answer may be put before.
 */
public abstract class StandInServer implements AutoCloseable {
  /** Pages of lists are this short. */
  protected static final int PAGE = 4;

  private final HttpServer server;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final TreeMap<String, Stored> objects = new TreeMap<>();
  private final Deque<Canned> canned = new ArrayDeque<>();
  private final Map<String, Canned> refused = new HashMap<>();
  private final List<String> requests = new ArrayList<>();
  private final FaultRules faults = new FaultRules();
  private final CountDownLatch closing = new CountDownLatch(1);
  private long version = 1_000;

  /** An object. */
  public record Stored(byte[] bytes, String version, Instant modified) {}

  private record Canned(int status, Map<String, String> headers, String body) {}

  /** What was asked. */
  public record Asked(
      String method, String path, Map<String, String> query, Headers headers, byte[] body) {
    public String header(String name) {
      return Optional.ofNullable(headers.getFirst(name)).orElse("");
    }
  }

  /** What is answered. */
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public static Answer of(int status, Map<String, String> headers, String body) {
      return new Answer(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /** What is answered to who wants a part of it, from a byte on. */
    private Answer part(Optional<String> range) {
      if (range.isEmpty() || status != 200) {
        return this;
      }
      int from = Integer.parseInt(range.get().replaceFirst("bytes=(\\d+)-", "$1"));
      Map<String, String> all = new TreeMap<>(headers);
      all.put("Content-Range", "bytes " + from + "-" + (body.length - 1) + "/" + body.length);
      return new Answer(206, all, Arrays.copyOfRange(body, from, body.length));
    }
  }

  protected StandInServer() {
    this("");
  }

  /**
   * @param keys of its https, a resource; empty for plain http
   */
  protected StandInServer(String keys) {
    this(ServerKeys.serverOfResource(keys));
  }

  /**
   * @param server not yet started
   */
  protected StandInServer(HttpServer server) {
    this.server = server;
    server.setExecutor(workers);
    server.createContext("/", this::handle);
    server.start();
  }

  /** What the service answers; nobody else is answered meanwhile. */
  protected abstract Answer answer(Asked asked);

  private void handle(HttpExchange exchange) throws IOException {
    Fault.Damage damage = new Fault.Damage(closing);
    if (faults.strike(exchange, damage)) {
      return;
    }
    byte[] body;
    try {
      body = exchange.getRequestBody().readAllBytes();
    } catch (IOException e) {
      // Cut before its end: nothing is stored.
      exchange.close();
      return;
    }
    Map<String, String> query = new TreeMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], parts.length < 2 ? "" : decoded(parts[1]));
    }
    Answer answer;
    synchronized (this) {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      Canned next = canned.poll();
      if (next == null) {
        next = refused.get(exchange.getRequestMethod());
      }
      answer =
          next == null
              ? answer(
                  new Asked(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI().getRawPath(),
                      query,
                      exchange.getRequestHeaders(),
                      body))
              : Answer.of(next.status, next.headers, next.body);
    }
    answer = answer.part(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")));
    answer.headers.forEach(exchange.getResponseHeaders()::set);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange
          .getResponseHeaders()
          .putIfAbsent("Content-Length", List.of(Integer.toString(answer.body.length)));
    }
    exchange.sendResponseHeaders(
        answer.status, head || answer.body.length == 0 ? -1 : answer.body.length);
    if (!head) {
      damage.send(exchange, answer.body);
    }
    exchange.close();
  }

  protected static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Which requests go wrong. */
  public FaultRules faults() {
    return faults;
  }

  /** What is answered next instead of the truth, after what was put there before. */
  public synchronized void next(int status, Map<String, String> headers, String body) {
    canned.add(new Canned(status, headers, body));
  }

  /** What all requests of these methods are answered from now on. */
  public synchronized void refuse(
      List<String> methods, int status, Map<String, String> headers, String body) {
    methods.forEach(method -> refused.put(method, new Canned(status, headers, body)));
  }

  /** The truth again, whatever was put before it. */
  public synchronized void truth() {
    canned.clear();
    refused.clear();
  }

  /** All that was asked, as it came. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  protected Optional<Stored> stored(String name) {
    return Optional.ofNullable(objects.get(name));
  }

  protected Stored store(String name, byte[] bytes) {
    Stored stored = new Stored(bytes, Long.toString(++version), Instant.now());
    objects.put(name, stored);
    return stored;
  }

  protected void remove(String name) {
    objects.remove(name);
  }

  /** A page of those that begin with a prefix, from a name on. */
  protected List<Map.Entry<String, Stored>> page(String prefix, String from) {
    return objects.tailMap(from.isEmpty() ? prefix : from).entrySet().stream()
        .filter(object -> object.getKey().startsWith(prefix))
        .limit(PAGE + 1L)
        .map(object -> Map.entry(object.getKey(), object.getValue()))
        .toList();
  }

  /** {@code 127.0.0.1:port} */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    workers.shutdownNow();
  }
}
