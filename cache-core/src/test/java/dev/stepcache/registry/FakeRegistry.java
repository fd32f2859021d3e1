package dev.stepcache.registry;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A registry inside the test: the distribution protocol in memory, any faults on top, and a record
 * of all that was asked. Its https has a certificate of its own authority, {@link #authority}. It
 * needs nothing but the JDK and the core's classes: the images' build runs it as well.
 */
public final class FakeRegistry implements AutoCloseable {
  /** One request as it arrived. */
  public record Seen(String method, String path, Map<String, List<String>> headers) {
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name)).map(List::getFirst);
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** A manifest, and what the registry says of it, which is true unless it was damaged. */
  private record Stored(byte[] content, String type, String digest) {}

  private static final Pattern ROUTE =
      Pattern.compile("/v2/(.+)/(manifests|blobs|blobs/uploads|tags)/([^/]*)");

  private static final Pattern BLOB = Pattern.compile("\"digest\": *\"(sha256:[0-9a-f]+)\"");

  public final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Stored> manifests = new ConcurrentHashMap<>();
  private final Set<String> sessions = ConcurrentHashMap.newKeySet();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
  private final FaultRules faults = new FaultRules();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final boolean tls;
  private final FakeLogin login = new FakeLogin(this);

  private FakeRegistry(HttpServer server, boolean tls) {
    this.server = server;
    this.tls = tls;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public static FakeRegistry plain() {
    try {
      return new FakeRegistry(HttpServer.create(address(), 0), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With a certificate for localhost and 127.0.0.1. */
  public static FakeRegistry tls() {
    return tls("localhost.p12");
  }

  /** With a certificate of the same authority for another host. */
  public static FakeRegistry tlsOfAnotherHost() {
    return tls("elsewhere.p12");
  }

  /** With a certificate of another authority, that of a cluster's services; also for localhost. */
  static FakeRegistry tlsOfAService() {
    return tls("service.p12");
  }

  /** With the keys of a resource. */
  static FakeRegistry tls(String keys) {
    try (InputStream in = FakeRegistry.class.getResourceAsStream("/registry/" + keys)) {
      return tls(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With the certificate of whoever has these keys, of which {@link ServerKeys} tells. */
  static FakeRegistry tls(InputStream keys) throws IOException {
    return new FakeRegistry(ServerKeys.server(address(), keys), true);
  }

  private static InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** The authority behind the certificates, as a PEM file in a folder. */
  public static Path authority(Path folder) {
    return resource(folder, "ca.pem");
  }

  /** The authority of a cluster's services, as a PEM file in a folder. */
  public static Path serviceAuthority(Path folder) {
    return resource(folder, "service-ca.crt");
  }

  static Path resource(Path folder, String name) {
    try (InputStream in = FakeRegistry.class.getResourceAsStream("/registry/" + name)) {
      Path file = folder.resolve(name);
      Files.write(file, in.readAllBytes());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code 127.0.0.1:port} */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  public String url() {
    return (tls ? "https://" : "http://") + host();
  }

  /** Who may log in, and how. */
  public FakeLogin login() {
    return login;
  }

  /** Which requests go wrong. */
  public FaultRules faults() {
    return faults;
  }

  /** The next requests of this method, whose path holds this part, meet these faults in order. */
  public void fault(String method, String part, Fault... next) {
    faults.fault(method, part, next);
  }

  /** Each request of this method, whose path holds this part, meets this fault. */
  public void always(String method, String part, Fault fault) {
    faults.always(method, part, fault);
  }

  /** A blob that meets a fault wherever it is asked for, until it is uploaded again. */
  public void loses(String digest, Fault fault) {
    blobs.remove(digest);
    for (String method : List.of("GET", "HEAD")) {
      always(
          method,
          "/blobs/" + digest,
          (exchange, damage) -> !blobs.containsKey(digest) && fault.strike(exchange, damage));
    }
  }

  /** No request meets a fault any more. */
  public void mend() {
    faults.mend();
  }

  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  public List<Seen> seen(String method, String part) {
    return seen.stream()
        .filter(one -> one.method().equals(method) && one.path().contains(part))
        .toList();
  }

  /** How many connections brought requests. */
  public int connections() {
    return clients.size();
  }

  /** Upload sessions that were opened and neither used nor dropped. */
  public Set<String> openSessions() {
    return Set.copyOf(sessions);
  }

  public void forgetSeen() {
    seen.clear();
  }

  public Digest addBlob(byte[] content) {
    Digest digest = Digest.of(content);
    blobs.put(digest.toString(), content);
    return digest;
  }

  public Digest addManifest(String repository, String tag, String type, byte[] content) {
    Digest digest = Digest.of(content);
    for (String selector : List.of(tag, digest.toString())) {
      manifests.put(repository + ":" + selector, new Stored(content, type, digest.toString()));
    }
    return digest;
  }

  /** The storage behind a manifest is damaged, and the registry does not know it. */
  public void damageManifest(String repository, String tag, byte[] content) {
    manifests.computeIfPresent(
        repository + ":" + tag,
        (name, stored) -> new Stored(content, stored.type(), stored.digest()));
  }

  public Optional<byte[]> manifest(String repository, String selector) {
    return Optional.ofNullable(manifests.get(repository + ":" + selector)).map(Stored::content);
  }

  void forget(String repository, String selector) {
    manifests.remove(repository + ":" + selector);
  }

  /** The tags and digests that lead to a manifest. */
  Set<String> selectors(String repository) {
    return manifests.keySet().stream()
        .filter(name -> name.startsWith(repository + ":"))
        .map(name -> name.substring(repository.length() + 1))
        .collect(Collectors.toSet());
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    Headers headers = exchange.getRequestHeaders();
    clients.add(exchange.getRemoteAddress());
    seen.add(new Seen(exchange.getRequestMethod(), path, Map.copyOf(headers)));
    Fault.Damage damage = new Fault.Damage(closing);
    if (faults.strike(exchange, damage)) {
      return;
    }
    if (login.answers(exchange)) {
      return;
    }
    Matcher route = ROUTE.matcher(exchange.getRequestURI().getPath());
    if (exchange.getRequestURI().getPath().equals("/v2/")) {
      FakeAnswer.answer(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8));
    } else if (!route.matches()) {
      FakeAnswer.error(exchange, 404, "UNSUPPORTED");
    } else {
      switch (route.group(2)) {
        case "manifests" -> manifests(exchange, route.group(1), route.group(3));
        case "blobs" -> blob(exchange, route.group(3), damage);
        case "tags" -> tags(exchange, route.group(1));
        default -> upload(exchange, route.group(1), route.group(3));
      }
    }
  }

  private void manifests(HttpExchange exchange, String repository, String selector)
      throws IOException {
    if (exchange.getRequestMethod().equals("PUT")) {
      byte[] content = exchange.getRequestBody().readAllBytes();
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      Matcher named = BLOB.matcher(new String(content, StandardCharsets.UTF_8));
      while (named.find()) {
        String digest = named.group(1);
        if (!blobs.containsKey(digest) && !manifests.containsKey(repository + ":" + digest)) {
          FakeAnswer.error(exchange, 400, "MANIFEST_BLOB_UNKNOWN");
          return;
        }
      }
      Digest digest = addManifest(repository, selector, type, content);
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
      FakeAnswer.answer(exchange, 201, new byte[0]);
      return;
    }
    if (exchange.getRequestMethod().equals("DELETE")) {
      FakeDeletion.answer(this, exchange, repository, selector);
      return;
    }
    Stored stored = manifests.get(repository + ":" + selector);
    if (stored == null) {
      FakeAnswer.error(exchange, 404, "MANIFEST_UNKNOWN");
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", stored.type());
    exchange.getResponseHeaders().set("Docker-Content-Digest", stored.digest());
    FakeAnswer.answer(exchange, 200, stored.content());
  }

  private void tags(HttpExchange exchange, String repository) throws IOException {
    Set<String> tags = selectors(repository);
    tags.removeIf(selector -> selector.contains(":"));
    if (tags.isEmpty()) {
      FakeAnswer.error(exchange, 404, "NAME_UNKNOWN");
      return;
    }
    String list = "{\"tags\":[\"" + String.join("\",\"", tags) + "\"]}";
    FakeAnswer.answer(exchange, 200, list.getBytes(StandardCharsets.UTF_8));
  }

  private void blob(HttpExchange exchange, String digest, Fault.Damage damage) throws IOException {
    byte[] content = blobs.get(digest);
    if (content == null) {
      FakeAnswer.error(exchange, 404, "BLOB_UNKNOWN");
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null || damage.ignoreRange) {
      damage.cut = Math.min(damage.cut, damage.stored);
      FakeAnswer.answer(exchange, 200, content, damage);
      return;
    }
    int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    damage.cut = Math.min(damage.cut, Math.max(0, damage.stored - from));
    FakeAnswer.answer(exchange, 206, Arrays.copyOfRange(content, from, content.length), damage);
  }

  private void upload(HttpExchange exchange, String repository, String session) throws IOException {
    if (exchange.getRequestMethod().equals("POST")) {
      String opened = Integer.toString(seen.size());
      sessions.add(opened);
      String location = "/v2/" + repository + "/blobs/uploads/" + opened + "?_state=a%2Bb";
      exchange.getResponseHeaders().set("Location", url() + location);
      FakeAnswer.answer(exchange, 202, new byte[0]);
      return;
    }
    if (exchange.getRequestMethod().equals("DELETE")) {
      FakeAnswer.answer(exchange, sessions.remove(session) ? 204 : 404, new byte[0]);
      return;
    }
    byte[] content = exchange.getRequestBody().readAllBytes();
    String query = exchange.getRequestURI().getQuery();
    String digest = query.substring(query.indexOf("digest=") + 7);
    if (!query.startsWith("_state=a+b&") || !Digest.of(content).toString().equals(digest)) {
      FakeAnswer.error(exchange, 400, "DIGEST_INVALID");
      return;
    }
    blobs.put(digest, content);
    sessions.remove(session);
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
    FakeAnswer.answer(exchange, 201, new byte[0]);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  /** The blobs by digest, for counting. */
  public List<String> digests() {
    return new ArrayList<>(blobs.keySet());
  }
}
