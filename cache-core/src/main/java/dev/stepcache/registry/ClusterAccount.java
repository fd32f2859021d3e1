package dev.stepcache.registry;

import java.nio.file.Path;
import java.util.Map;

/**
 * A pod's account at the API of its cluster.
 *
 * @param token of the service account, renewed now and then; may be missing
 * @param environment where Kubernetes tells each pod the API server's address; holds secrets
 * @param grant the command that gives the account the right to delete tags
 */
public record ClusterAccount(Path token, Map<String, String> environment, String grant) {
  /** Who vouches for the API server: Kubernetes puts it beside the token. */
  Path authority() {
    return token.resolveSibling("ca.crt");
  }

  /** Host and port, as all clients in a pod find them. */
  String server() {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    if (host.isEmpty()) {
      return "kubernetes.default.svc";
    }
    String bracketed = host.contains(":") ? "[" + host + "]" : host;
    return bracketed + ":" + environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
  }

  /** Without the environment, which holds secrets. */
  @Override
  public String toString() {
    return "ClusterAccount[" + token + "]";
  }
}
