package dev.stepcache.registry;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What lies between a client and a server of plain http: hands requests on, one a connection,
 * except those that meet a fault below HTTP.
 */
public final class FaultyWire implements AutoCloseable {
  private static final int TLS = 0x16;

  private record Rule(String method, String part, Queue<WireFault> faults) {}

  private final Listener listener;
  private final String server;
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Map<String, Queue<Integer>> resets = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> sent = new ConcurrentHashMap<>();
  private volatile WireFault tls = WireFault.says("");
  private final CountDownLatch closing = new CountDownLatch(1);

  public FaultyWire(FakeRegistry registry) {
    this(registry.host());
  }

  /** Before another server of plain http, by its {@code host:port}. */
  public FaultyWire(String server) {
    this.server = server;
    listener = Listener.open(this::serve);
  }

  public String host() {
    return listener.host();
  }

  /** The next requests of this method, whose path holds this part, meet these faults in order. */
  public void fault(String method, String part, WireFault... faults) {
    rules.add(new Rule(method, part, new ConcurrentLinkedQueue<>(Arrays.asList(faults))));
  }

  /** Each request of this method, whose path holds this part, meets this fault. */
  public void always(String method, String part, WireFault fault) {
    WireFault[] many = new WireFault[1000];
    Arrays.fill(many, fault);
    fault(method, part, many);
  }

  /** What those meet who speak TLS; at first, the end of the connection. */
  public void answersTls(WireFault fault) {
    tls = fault;
  }

  /** The next answers to paths that hold this part are reset after so many bytes each. */
  public void resetsAnswers(String part, Integer... after) {
    resets.put(part, new ConcurrentLinkedQueue<>(List.of(after)));
  }

  /** How many bytes of bodies were sent of paths that hold this part. */
  public long sent(String part) {
    return sent.entrySet().stream()
        .filter(path -> path.getKey().contains(part))
        .mapToLong(path -> path.getValue().sum())
        .sum();
  }

  /** No request meets a fault any more. */
  public void mend() {
    rules.clear();
  }

  /** Method and path of each request. */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  private void serve(Socket client) throws IOException, InterruptedException {
    InputStream in = new BufferedInputStream(client.getInputStream());
    in.mark(1);
    if (in.read() == TLS) {
      tls.strike(client, closing);
      return;
    }
    in.reset();
    String head = head(in);
    String[] line = head.split(" ", 3);
    seen.add(line[0] + " " + line[1]);
    byte[] body = in.readNBytes(length(head));
    for (Rule rule : rules) {
      if (rule.method().equals(line[0]) && line[1].contains(rule.part())) {
        WireFault fault = rule.faults().poll();
        if (fault != null) {
          fault.strike(client, closing);
          return;
        }
      }
    }
    try (Socket behind = Listener.connect(server)) {
      String only = head.replaceAll("(?i)Connection: keep-alive\r\n", "Connection: close\r\n");
      behind.getOutputStream().write(only.getBytes(StandardCharsets.ISO_8859_1));
      behind.getOutputStream().write(body);
      InputStream answer = new BufferedInputStream(behind.getInputStream());
      // Else the client would keep a connection that ends here.
      String told = head(answer).replaceFirst("\r\n", "\r\nConnection: close\r\n");
      client.getOutputStream().write(told.getBytes(StandardCharsets.ISO_8859_1));
      relay(answer, client, line[1]);
    }
  }

  private void relay(InputStream answer, Socket client, String path)
      throws IOException, InterruptedException {
    int most = Integer.MAX_VALUE;
    for (Map.Entry<String, Queue<Integer>> reset : resets.entrySet()) {
      Integer next = path.contains(reset.getKey()) ? reset.getValue().poll() : null;
      most = next == null ? most : next;
    }
    LongAdder counted = sent.computeIfAbsent(path, any -> new LongAdder());
    byte[] buffer = new byte[1 << 14];
    int left = most;
    for (int count; left > 0 && (count = answer.read(buffer, 0, Math.min(left, 1 << 14))) >= 0; ) {
      client.getOutputStream().write(buffer, 0, count);
      counted.add(count);
      left -= count;
    }
    if (left == 0) {
      // A reset takes with it what the other side has not read yet.
      while (UnreadBytes.in(client) && !closing.await(1, TimeUnit.MILLISECONDS)) {
        // Nobody tells when it is read.
      }
      client.setSoLinger(true, 0);
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static int length(String head) {
    for (String line : head.toLowerCase(Locale.ROOT).split("\r\n")) {
      if (line.startsWith("content-length:")) {
        return Integer.parseInt(line.substring("content-length:".length()).strip());
      }
    }
    return 0;
  }

  @Override
  public void close() {
    closing.countDown();
    listener.close();
  }
}
