package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * OpenShift's internal registry, as far as it is odd: its answers were recorded on the real one
 * (openshift/image-registry d4cce000), which is otherwise as {@link FakeRegistry} is. Numbers in
 * comments are those of the facts that were seen: claims, and surprises (S).
 */
public final class OpenShiftRegistry implements AutoCloseable {
  public static final String HOST = "image-registry.openshift-image-registry.svc";

  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Pattern TAGS = Pattern.compile("/v2/(.+)/tags/list");
  private static final Pattern ROUTE = Pattern.compile("/v2/(.+)/(manifests|blobs)/.*");
  private static final Pattern BLOB = Pattern.compile("\"digest\": *\"(sha256:[0-9a-f]+)\"");
  private static final Pattern NAME = Pattern.compile("([^/]+)/[^/]+");

  private final FakeRegistry registry = FakeRegistry.tlsOfAService();
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
  private final Set<String> streams = ConcurrentHashMap.newKeySet();
  private final Set<String> remembered = ConcurrentHashMap.newKeySet();
  private final Set<String> lostBlobs = ConcurrentHashMap.newKeySet();
  private final OpenShiftUploads uploads = new OpenShiftUploads(registry, host());
  private final AtomicInteger conflicts = new AtomicInteger();
  private final AtomicInteger waitedFor = new AtomicInteger();
  private volatile boolean mayCreate = true;
  private volatile boolean mayPush = true;

  public OpenShiftRegistry() {
    for (String method : new String[] {"GET", "HEAD", "POST", "PUT", "DELETE"}) {
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

  /** The account has system:image-puller only. */
  public void denyPushes() {
    mayPush = false;
  }

  /** The next sessions are as after a PUT that failed. */
  public void spoilsSessions(int sessions) {
    uploads.spoil(sessions);
  }

  /** The next uploads meet the limit of requests (S12). */
  public void refusesUploads(int number) {
    uploads.refuse(number);
  }

  /** Upload sessions that were opened and neither used nor given up. */
  public Set<String> openSessions() {
    return uploads.open();
  }

  /** Other writers of the same tag win against the next pushes (21). */
  public void conflicts(int pushes) {
    conflicts.set(pushes);
  }

  /** How many missing blobs a push was kept waiting for: 3.1 s each, one after the other (20). */
  public int waitedFor() {
    return waitedFor.get();
  }

  /** The storage lost a manifest, but the registry remembers that it is there (S11). */
  public void losesManifest(String repository, String tag) {
    byte[] content = registry.manifest(repository, tag).orElseThrow();
    String digest = Digest.of(content).toString();
    registry.blobs.remove(digest);
    remembered.add(digest);
  }

  /** The storage lost a blob, but the registry remembers that it is there (S10). */
  public void losesBlob(Digest digest) {
    registry.blobs.remove(digest.toString());
    lostBlobs.add(digest.toString());
  }

  /** It remembers no blob any more that its storage lost. */
  public void restarts() {
    lostBlobs.clear();
  }

  private boolean answers(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (sent.equals("null")) {
      // The first challenge has a realm only, neither service nor scope.
      String realm = "https://" + host() + "/openshift/token";
      return OpenShiftAnswers.denied(exchange, "Bearer realm=\"" + realm + "\"");
    }
    Matcher route = ROUTE.matcher(path);
    String repository = route.matches() ? route.group(1).replaceFirst("/blobs$", "") : "";
    Matcher name = NAME.matcher(repository);
    if (!tokens.contains(token(sent)) || (name.matches() && !namespaces.contains(name.group(1)))) {
      // Denied is 401 with a challenge that nobody can answer; so is a namespace that is not there.
      return OpenShiftAnswers.denied(exchange);
    }
    if (route.matches() && !name.matches()) {
      // One or three components: 400 with an empty body.
      return Fault.status(400, "").strike(exchange, OpenShiftAnswers.damage());
    }
    boolean pushes = !READING.contains(exchange.getRequestMethod());
    if (pushes && !mayPush) {
      return OpenShiftAnswers.denied(exchange);
    }
    if (path.contains("/blobs/uploads/")) {
      return uploads.answers(exchange, path);
    }
    Matcher tags = TAGS.matcher(path);
    if (tags.matches()) {
      return streams.contains(tags.group(1))
          ? Fault.status(200, tags(tags.group(1))).strike(exchange, OpenShiftAnswers.damage())
          : OpenShiftAnswers.error(
              exchange, 404, "NAME_UNKNOWN", "repository name not known to registry");
    }
    if (!route.matches()) {
      return false;
    }
    return route.group(2).equals("manifests")
        ? answersManifest(exchange, repository, path)
        : answersBlob(exchange, path.substring(path.lastIndexOf('/') + 1));
  }

  /** All of them, in no order (S2). */
  private String tags(String stream) {
    String tags =
        registry.selectors(stream).stream()
            .filter(selector -> !selector.contains(":"))
            .map(tag -> "\"" + tag + "\"")
            .collect(Collectors.joining(","));
    return "{\"name\":\""
        + stream
        + "\",\"tags\":"
        + (tags.isEmpty() ? "null" : "[" + tags + "]")
        + "}";
  }

  private boolean answersBlob(HttpExchange exchange, String digest) throws IOException {
    if (registry.blobs.containsKey(digest) || !lostBlobs.contains(digest)) {
      return false;
    }
    String detail = "{\"Path\":\"/docker/registry/v2/blobs/data\",\"DriverName\":\"filesystem\"}";
    return OpenShiftAnswers.error(exchange, 500, "UNKNOWN", "unknown error", detail);
  }

  private boolean answersManifest(HttpExchange exchange, String repository, String path)
      throws IOException {
    String selector = path.substring(path.lastIndexOf('/') + 1);
    if (exchange.getRequestMethod().equals("PUT")) {
      if (!streams.contains(repository) && !mayCreate) {
        // 22: all blobs were taken, and only now it says no: 403 without a challenge.
        return OpenShiftAnswers.error(
            exchange, 403, "DENIED", "requested access to the resource is denied");
      }
      if (OpenShiftAnswers.oneLess(conflicts)) {
        // 21, S8: whatever is wrong with a push is the same 500.
        return OpenShiftAnswers.error(exchange, 500, "UNKNOWN", "unknown error");
      }
      return putsManifest(exchange, repository, selector);
    }
    if (!streams.contains(repository)) {
      return selector.startsWith("sha256:")
          // 20: by digest, where there is no stream, it is no 404.
          ? OpenShiftAnswers.error(exchange, 500, "UNKNOWN", "unknown error")
          : OpenShiftAnswers.error(
              exchange, 404, "NAME_UNKNOWN", "repository name not known to registry");
    }
    String accept = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
    Optional<byte[]> content = registry.manifest(repository, selector);
    if (content.isPresent() && !accept.contains(MediaType.OCI_MANIFEST.value())) {
      // 20: nothing, a star or Docker's types only are not enough.
      return OpenShiftAnswers.error(
          exchange,
          404,
          "MANIFEST_UNKNOWN",
          "OCI manifest found, but accept header does not support OCI manifests");
    }
    Optional<String> digest = content.map(Digest::of).map(Digest::toString);
    if (digest.isPresent() && isLost(digest.get())) {
      String detail = "{\"Name\":\"" + repository + "\",\"Revision\":\"" + digest.get() + "\"}";
      return OpenShiftAnswers.error(exchange, 404, "MANIFEST_UNKNOWN", "manifest unknown", detail);
    }
    return false;
  }

  private boolean isLost(String digest) {
    // S11: uploading its bytes as a blob heals it.
    return remembered.contains(digest) && !registry.blobs.containsKey(digest);
  }

  private boolean putsManifest(HttpExchange exchange, String repository, String selector)
      throws IOException {
    byte[] content = exchange.getRequestBody().readAllBytes();
    Matcher named = BLOB.matcher(new String(content, StandardCharsets.UTF_8));
    boolean complete = true;
    while (named.find()) {
      // S10: a blob that it remembers will do.
      if (!registry.blobs.containsKey(named.group(1)) && !lostBlobs.contains(named.group(1))) {
        waitedFor.incrementAndGet();
        complete = false;
      }
    }
    if (!complete) {
      return OpenShiftAnswers.error(
          exchange, 400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry");
    }
    streams.add(repository);
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    Digest digest = registry.addManifest(repository, selector, type, content);
    return Fault.status(201, "", "Docker-Content-Digest", digest.toString())
        .strike(exchange, OpenShiftAnswers.damage());
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

  @Override
  public void close() {
    registry.close();
  }
}
