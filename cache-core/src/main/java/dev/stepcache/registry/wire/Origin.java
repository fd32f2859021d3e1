package dev.stepcache.registry.wire;

import java.net.URI;
import java.util.Locale;

/** Scheme, host and port: what a login belongs to. The host is in lower case. */
public record Origin(String scheme, String host, int port) {
  public static Origin of(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
  }

  /** The origin of a registry that is named as {@code host} or {@code host:port}. */
  public static Origin of(String scheme, String registry) {
    return of(URI.create(scheme + "://" + registry + "/"));
  }

  public boolean secure() {
    return scheme.equals("https");
  }

  /** A path, with its query if it has one, at this origin. */
  public URI resolve(String path) {
    return URI.create(scheme + "://" + host + ":" + port + path);
  }
}
