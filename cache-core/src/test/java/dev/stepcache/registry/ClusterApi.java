package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The API of an OpenShift cluster, as far as tags are deleted by it, and have times: its answers
 * were recorded on the real one (openshift-apiserver 56aa2d96).
 */
public final class ClusterApi implements AutoCloseable {
  private static final Pattern TAG =
      Pattern.compile(
          "/apis/image\\.openshift\\.io/v1/namespaces/([^/]+)/imagestreamtags/([^/:]+):([^/:]+)");

  private static final Pattern STREAM =
      Pattern.compile("/apis/image\\.openshift\\.io/v1/namespaces/([^/]+)/imagestreams/([^/:]+)");

  private final Map<String, Instant> times = new ConcurrentHashMap<>();
  private final FakeRegistry api = FakeRegistry.tlsOfAService();
  private final OpenShiftRegistry registry;
  private final String token;
  private volatile boolean mayDelete = true;

  public ClusterApi(OpenShiftRegistry registry, String token) {
    this.registry = registry;
    this.token = token;
    api.always("DELETE", "/apis/", (exchange, damage) -> deletes(exchange));
    api.always("GET", "/apis/", (exchange, damage) -> tells(exchange));
  }

  /** When a tag was pushed last; without it, nothing is told of the tag. */
  public void pushed(String tag, Instant time) {
    times.put(tag, time);
  }

  /** As if it were asked for anything else before: faults that strike first. */
  public void fault(Fault... faults) {
    api.mend();
    api.fault("DELETE", "/apis/", faults);
    api.always("DELETE", "/apis/", (exchange, damage) -> deletes(exchange));
  }

  /** The account has system:image-builder only. */
  public void denyDeletes() {
    mayDelete = false;
  }

  /** What Kubernetes gives each pod, in a folder. */
  public ClusterAccount account(Path folder) throws IOException {
    Path secrets = Files.createDirectories(folder.resolve("serviceaccount"));
    Files.writeString(secrets.resolve("token"), token);
    Files.copy(
        FakeRegistry.serviceAuthority(folder),
        secrets.resolve("ca.crt"),
        StandardCopyOption.REPLACE_EXISTING);
    return new ClusterAccount(secrets.resolve("token"), environment(), "oc policy for deleting");
  }

  /** Where the API server is, as Kubernetes says it. */
  public Map<String, String> environment() {
    int colon = api.host().indexOf(':');
    return Map.of(
        "KUBERNETES_SERVICE_HOST",
        "localhost",
        "KUBERNETES_SERVICE_PORT",
        api.host().substring(colon + 1));
  }

  private boolean deletes(HttpExchange exchange) throws IOException {
    Matcher tag = TAG.matcher(exchange.getRequestURI().getPath());
    String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (!sent.equals("Bearer " + token)) {
      return status(exchange, 401, "Unauthorized", "Unauthorized");
    }
    if (!tag.matches()) {
      return status(exchange, 404, "NotFound", "the server could not find the requested resource");
    }
    String name =
        "imagestreamtags.image.openshift.io \"" + tag.group(2) + ":" + tag.group(3) + "\"";
    if (!mayDelete) {
      return status(
          exchange,
          403,
          "Forbidden",
          name
              + " is forbidden: User \"system:serviceaccount:ci:builder\" cannot delete resource"
              + " \"imagestreamtags\"");
    }
    String stream = tag.group(1) + "/" + tag.group(2);
    if (registry.registry().manifest(stream, tag.group(3)).isEmpty()) {
      return status(exchange, 404, "NotFound", name + " not found");
    }
    registry.registry().forget(stream, tag.group(3));
    return Fault.status(
            200,
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\"}")
        .strike(exchange, OpenShiftAnswers.damage());
  }

  private boolean tells(HttpExchange exchange) throws IOException {
    Matcher stream = STREAM.matcher(exchange.getRequestURI().getPath());
    String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (!sent.equals("Bearer " + token)) {
      return status(exchange, 401, "Unauthorized", "Unauthorized");
    }
    if (!stream.matches()) {
      return status(exchange, 404, "NotFound", "the server could not find the requested resource");
    }
    if (!mayDelete) {
      return status(
          exchange,
          403,
          "Forbidden",
          "imagestreams.image.openshift.io \""
              + stream.group(2)
              + "\" is forbidden: User \"system:serviceaccount:ci:builder\" cannot get resource"
              + " \"imagestreams\"");
    }
    String tags =
        times.entrySet().stream()
            .map(time ->
                "{\"tag\":\"%s\",\"items\":[{\"created\":\"%s\",\"generation\":2},{\"created\":\"2020-01-01T00:00:00Z\",\"generation\":1}]}"
                    .formatted(time.getKey(), time.getValue()))
            .collect(Collectors.joining(","));
    return Fault.status(
            200,
            "{\"kind\":\"ImageStream\",\"apiVersion\":\"image.openshift.io/v1\",\"status\":{\"tags\":["
                + tags
                + "]}}")
        .strike(exchange, OpenShiftAnswers.damage());
  }

  private static boolean status(HttpExchange exchange, int code, String reason, String message)
      throws IOException {
    String body =
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
            + "\"message\":\""
            + message.replace("\"", "\\\"")
            + "\",\"reason\":\""
            + reason
            + "\",\"code\":"
            + code
            + "}";
    return Fault.status(code, body).strike(exchange, OpenShiftAnswers.damage());
  }

  @Override
  public void close() {
    api.close();
  }
}
