package dev.stepcache.credentials;

import java.util.Locale;

/**
 * What a docker config's key names: a registry, and perhaps the first components of its
 * repositories. Written {@code host}, {@code host:port}, {@code host/path} or as a URL; Docker
 * Hub's {@code https://index.docker.io/v1/} is {@code docker.io}.
 */
record RegistryKey(String host, String path) {
  static RegistryKey parse(String text) {
    String rest = text.strip();
    int scheme = rest.indexOf("://");
    rest = scheme < 0 ? rest : rest.substring(scheme + 3);
    int slash = rest.indexOf('/');
    String host = (slash < 0 ? rest : rest.substring(0, slash)).toLowerCase(Locale.ROOT);
    String path = slash < 0 ? "" : rest.substring(slash + 1);
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    if (path.equals("v1") || path.equals("v2")) {
      path = "";
    }
    return new RegistryKey(sameRegistry(host), path);
  }

  private static String sameRegistry(String host) {
    return switch (host) {
      case "index.docker.io", "registry-1.docker.io" -> "docker.io";
      default -> host.endsWith(":443") ? host.substring(0, host.length() - 4) : host;
    };
  }

  /** Whether this key speaks of the repository: the same registry, and whole components. */
  boolean covers(RegistryKey registry, String repository) {
    return host.equals(registry.host)
        && (path.isEmpty() || repository.equals(path) || repository.startsWith(path + "/"));
  }
}
