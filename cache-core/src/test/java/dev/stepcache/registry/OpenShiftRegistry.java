package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * OpenShift's internal registry, as far as it is odd: its answers were recorded on the real one
 * (openshift/image-registry d4cce000), which is otherwise as {@link FakeRegistry} is.
 */
public final class OpenShiftRegistry implements AutoCloseable {
  public static final String HOST = "image-registry.openshift-image-registry.svc";

  private static final Pattern ROUTE = Pattern.compile("/v2/(.+)/(manifests|blobs)/.*");
  private static final Pattern NAME = Pattern.compile("([^/]+)/[^/]+");

  private final FakeRegistry registry = FakeRegistry.tlsOfAService();
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
  private final Set<String> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean mayCreate = true;

  public OpenShiftRegistry() {
    for (String method : new String[] {"GET", "HEAD", "POST", "PUT"}) {
      registry.always(method, "", (exchange, damage) -> answers(exchange));
    }
  }

  public FakeRegistry registry() {
    return registry;
  }

  /** The name that pods know it by, with the port that it has here. */
  public String host() {
    return HOST + registry.host().substring(registry.host().indexOf(':'));
  }

  /** A token, of an account with every right in a namespace. */
  public void allow(String token, String namespace) {
    tokens.add(token);
    namespaces.add(namespace);
  }

  public void forget(String token) {
    tokens.remove(token);
  }

  public void addStream(String name) {
    streams.add(name);
  }

  /** The account has system:image-pusher only. */
  public void denyCreation() {
    mayCreate = false;
  }

  private boolean answers(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (sent.equals("null")) {
      // The first challenge has a realm only, neither service nor scope.
      String realm = "https://" + host() + "/openshift/token";
      return denied(exchange, "Bearer realm=\"" + realm + "\"");
    }
    Matcher route = ROUTE.matcher(path);
    String repository = route.matches() ? route.group(1).replaceFirst("/blobs$", "") : "";
    Matcher name = NAME.matcher(repository);
    if (!tokens.contains(token(sent)) || (name.matches() && !namespaces.contains(name.group(1)))) {
      // Denied is 401 with a challenge that nobody can answer; so is a namespace that is not there.
      return denied(exchange, "Basic realm=openshift,error=\"access denied\"");
    }
    if (route.matches() && !name.matches()) {
      // One or three components: 400 with an empty body.
      return Fault.status(400, "").strike(exchange, damage());
    }
    return route.matches()
        && route.group(2).equals("manifests")
        && answersManifest(exchange, repository, path);
  }

  private boolean answersManifest(HttpExchange exchange, String repository, String path)
      throws IOException {
    if (exchange.getRequestMethod().equals("PUT")) {
      if (!streams.contains(repository) && !mayCreate) {
        // All blobs were taken, and only now it says no: 403 without a challenge.
        return error(exchange, 403, "DENIED", "requested access to the resource is denied");
      }
      streams.add(repository);
      return false;
    }
    if (streams.contains(repository)) {
      return false;
    }
    return path.contains("/manifests/sha256:")
        // By digest, where there is no stream, it is no 404.
        ? error(exchange, 500, "UNKNOWN", "unknown error")
        : error(exchange, 404, "NAME_UNKNOWN", "repository name not known to registry");
  }

  /** Bearer, or Basic with any user: both hold the token. */
  private static String token(String sent) {
    if (sent.startsWith("Bearer ")) {
      return sent.substring("Bearer ".length());
    }
    String pair =
        new String(
            Base64.getDecoder().decode(sent.replaceFirst("Basic ", "")), StandardCharsets.UTF_8);
    return pair.substring(pair.indexOf(':') + 1);
  }

  private static boolean denied(HttpExchange exchange, String challenge) throws IOException {
    exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
    return error(exchange, 401, "UNAUTHORIZED", "authentication required");
  }

  private static boolean error(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    String body =
        "{\"errors\":[{\"code\":\""
            + code
            + "\",\"message\":\""
            + message
            + "\",\"detail\":{}}]}\n";
    return Fault.status(status, body).strike(exchange, damage());
  }

  private static Fault.Damage damage() {
    return new Fault.Damage(new CountDownLatch(0));
  }

  @Override
  public void close() {
    registry.close();
  }
}
