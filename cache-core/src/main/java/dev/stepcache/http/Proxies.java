package dev.stepcache.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name, in upper or lower case. This machine
 * itself is never reached through one.
 */
public record Proxies(Optional<URI> http, Optional<URI> https, NoProxy except) {
  public static final Proxies NONE =
      new Proxies(Optional.empty(), Optional.empty(), new NoProxy(List.of()));

  public static Proxies of(Map<String, String> environment) {
    return new Proxies(
        proxy(variable(environment, "http_proxy")),
        proxy(variable(environment, "https_proxy")),
        NoProxy.parse(variable(environment, "no_proxy")));
  }

  private static String variable(Map<String, String> environment, String name) {
    String lower = environment.getOrDefault(name, "");
    return lower.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : lower;
  }

  private static Optional<URI> proxy(String text) {
    String url = text.isEmpty() || text.contains("://") ? text : "http://" + text;
    try {
      return Optional.of(URI.create(url.strip())).filter(uri -> uri.getHost() != null);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The same, except that a host is reached directly. */
  public Proxies without(String host) {
    return new Proxies(http, https, except.with(host));
  }

  /** The proxy's URL for a target; empty where it is reached directly. */
  Optional<URI> proxyFor(Origin target) {
    if (isLocal(target.host()) || except.matches(target.host(), target.port())) {
      return Optional.empty();
    }
    return target.secure() ? https : http;
  }

  private static boolean isLocal(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }
}
